// What a run does with its instances: which calls are made, what is watched, and what is expected.
import type { Problem } from '../protocol/problem.ts';
import type { Address } from '../protocol/units.ts';
import type { Module } from '../wasm/module.ts';

/** A value as the JavaScript API has it. */
export type Value = number | bigint;

/** How a scenario goes. */
export interface Course {
  /** Number of instances over the one memory, at least 1. */
  readonly instances: number;
  /** How many of them are made late: after the first allocation and the first round; fewer than all. */
  readonly late: number;
  /** Who allocates: the first instance for all, or each for itself. */
  readonly allocates: 'once' | 'each';
}

/** A call of an export that a scenario asks for. */
export interface ScenarioCall {
  readonly kind: 'call';
  readonly instance: number;
  readonly function: string;
  readonly args: readonly Value[];
  /** Where an i32 lies that is watched from now on, given what the call returned. One outside memory is not watched. */
  readonly watch?: (results: readonly Value[]) => number;
}

/** The next instance is to be made. */
export interface ScenarioMaking {
  readonly kind: 'make';
}

export type ScenarioStep = ScenarioCall | ScenarioMaking;

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
  expected(course: Course): number;
  /** The steps in their order, once all but the late instances are made. Returns what is wrong with what they led to, or null. */
  play(course: Course): Generator<ScenarioStep, Problem | null, ReturnedCall>;
}

/** The scenario for a module, or what keeps the module from being a guest of one. */
export type FindScenario = (module: Module) => Scenario | Problem;

export const isScenario = (found: Scenario | Problem): found is Scenario => 'play' in found;
