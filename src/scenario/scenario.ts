// What a run does with its instances: which calls are made, what is watched, and what is expected.
import type { InstanceNames } from '../protocol/instanceNames.ts';
import type { Problem } from '../protocol/problem.ts';
import type { Address } from '../protocol/units.ts';
import type { Module } from '../wasm/module.ts';

/** A value as the JavaScript API has it. */
export type Value = number | bigint;

/** How a scenario goes. */
export interface Course {
  /** Of each instance over the one memory the index of its module, in the order in which they are made; at least one. */
  readonly instances: readonly number[];
  /** How many of them are made late, the last ones: after the first allocation and the first round; fewer than all. */
  readonly late: number;
  /**
   * Who allocates: the first instance for all, or each for itself. `in-turn`: each for itself, too, but one has allocated and added before the
   * next one does; a late one is made right before.
   */
  readonly allocates: 'once' | 'each' | 'in-turn';
}

/** A call of an export that a scenario asks for. */
export interface ScenarioCall {
  readonly kind: 'call';
  readonly instance: number;
  readonly function: string;
  readonly args: readonly Value[];
  /** Where an i32 lies that is watched from now on, given what the call returned. One outside memory is not watched. */
  readonly watch?: (results: readonly Value[]) => number;
  /** Where the i32 lies that is watched from before the call on; the same as before where it is not given. */
  readonly watching?: Address;
}

/** The next instance is to be made. */
export interface ScenarioMaking {
  readonly kind: 'make';
}

/** The i32 there is watched from now on: what it is. */
export interface ScenarioLook {
  readonly kind: 'look';
  readonly at: Address;
}

export type ScenarioStep = ScenarioCall | ScenarioMaking | ScenarioLook;

/** What a scenario learns of a call that has returned; one that trapped ends the run. */
export interface ReturnedCall {
  readonly results: readonly Value[];
  /** Size of the memory, in bytes. */
  readonly memoryBytes: number;
  /** The watched i32, and where it lies; null where nothing is watched. */
  readonly watched: { readonly address: Address; readonly value: number } | null;
}

export interface Scenario {
  /** What the watched i32 should be at the end; of several, each of them. */
  expected(course: Course): number;
  /** The steps in their order, once all but the late instances are made. Returns what is wrong with what they led to, or null. */
  play(course: Course): Generator<ScenarioStep, Problem | null, ReturnedCall>;
}

/**
 * The scenario for the modules of a run, or what keeps one of them from being a guest of one.
 * @param names of the instances and their modules, for messages
 */
export type FindScenario = (modules: readonly Module[], names?: InstanceNames) => Scenario | Problem;

export const isScenario = (found: Scenario | Problem): found is Scenario => 'play' in found;
