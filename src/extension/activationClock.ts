// The first of the modules that the entry imports: what evaluating the others takes counts as part of the activation.

/** When the bundle's code began to run, in the milliseconds of `performance.now()`. */
export const startedAt = performance.now();
