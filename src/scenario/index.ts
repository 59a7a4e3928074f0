// The scenarios that there are.
import { findDemo } from './demo/demo.ts';
import type { FindScenario } from './scenario.ts';

/** The scenario for a module: the built-in demo is the only one. */
export const findScenario: FindScenario = findDemo;
