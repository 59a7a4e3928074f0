// The host modules, and what they give for each import of a module.
import { type Import, linearMemory, type Module } from '../../wasm/module.ts';
import { abort } from './abort.ts';
import type { HostModule, Provision } from './hostModule.ts';
import { placeholder } from './placeholder.ts';
import { print } from './print.ts';
import { stub } from './stub.ts';
import { wasi } from './wasi.ts';

/** In the order in which they are asked: the first that knows an import gives it. The last two know all imports. */
const HOST_MODULES: readonly HostModule[] = [abort, print, wasi, stub, placeholder];

/** The memory of the run is the same for all instances, and no host module makes it. */
const RUN_MEMORY: Provision = { label: 'memory', make: ({ memory }) => memory };

/** What the host gives for each import of a module, in their order. */
export function provisionsFor(module: Module): Provision[] {
  const memory = linearMemory(module)?.imported;
  return module.imports.map(each => (each === memory ? RUN_MEMORY : provisionFor(each)));
}

function provisionFor(each: Import): Provision {
  for (const provides of HOST_MODULES) {
    const provision = provides(each);
    if (provision) return provision;
  }
  throw new RangeError(`no host module gives the ${each.kind} ${each.module}.${each.name}`);
}
