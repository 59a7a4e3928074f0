// What a run does with its instances: which calls are made, what is watched, and what is expected.
import type { Problem } from '../protocol/problem.ts';
import type { Address } from '../protocol/units.ts';
import type { Module } from '../wasm/module.ts';

/** A value as the JavaScript API has it. */
export type Value = number | bigint;

/** A call of an export that a scenario asks for. */
export interface ScenarioCall {
  readonly instance: number;
  readonly function: string;
  readonly args: readonly Value[];
  /** Where an i32 lies that is watched from now on, given what the call returned. One outside memory is not watched. */
  readonly watch?: (results: readonly Value[]) => number;
}

/** What a scenario learns of a call that has returned; one that trapped ends the run. */
export interface ReturnedCall {
  readonly results: readonly Value[];
  /** Size of the memory, in bytes. */
  readonly memoryBytes: number;
  /** The watched i32, and where it lies; null where nothing is watched. */
  readonly watched: { readonly address: Address; readonly value: number } | null;
}

export interface Scenario {
  /** What the watched i32 should be at the end. */
  expected(instances: number): number;
  /** The calls in their order. Returns what is wrong with what they led to, or null. */
  play(instances: number): Generator<ScenarioCall, Problem | null, ReturnedCall>;
}

/** The scenario for a module, or what keeps the module from being a guest of one. */
export type FindScenario = (module: Module) => Scenario | Problem;

export const isScenario = (found: Scenario | Problem): found is Scenario => 'play' in found;
