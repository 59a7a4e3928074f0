// Checks what a recording's file says of its run: it comes from anywhere, and the panel relies on its shape.
import type { RunSnapshot } from '../../protocol/run.ts';

type Check = (value: unknown, where: string) => void;

function fail(where: string, what: string): never {
  throw new TypeError(`${where} is not ${what}`);
}

const text: Check = (value, where) => {
  if (typeof value !== 'string') fail(where, 'a text');
};

const number: Check = (value, where) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(where, 'a number');
};

const boolean: Check = (value, where) => {
  if (typeof value !== 'boolean') fail(where, 'true or false');
};

const wasmValue: Check = (value, where) => {
  if (typeof value !== 'string') number(value, where);
};

const nullable =
  (check: Check): Check =>
  (value, where) => {
    if (value !== null) check(value, where);
  };

const listOf =
  (check: Check): Check =>
  (value, where) => {
    if (!Array.isArray(value)) fail(where, 'a list');
    for (const [index, each] of value.entries()) check(each, `${where}[${index}]`);
  };

const oneOf =
  (...values: readonly string[]): Check =>
  (value, where) => {
    if (!values.some(each => each === value)) fail(where, `one of ${values.join(', ')}`);
  };

/** Fields by name; others may be there and are ignored. */
const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, where) => {
    if (typeof value !== 'object' || value === null) fail(where, 'an object');
    for (const [name, check] of Object.entries(fields))
      check(Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined, `${where}.${name}`);
  };

const frame = record({ function: text, functionIndex: number, offset: nullable(number) });
const trap = record({ message: text, stack: listOf(frame) });
const difference = record({ printed: number, memory: nullable(number) });

const call = record({
  index: number,
  stepBefore: number,
  step: number,
  accesses: number,
  instance: number,
  function: text,
  args: listOf(wasmValue),
  results: listOf(wasmValue),
  end: oneOf('returned', 'trapped', 'stopped'),
  printed: listOf(text),
  valueBefore: nullable(number),
  valueAfter: nullable(number),
  difference: nullable(difference),
  bytesChanged: number,
  startNs: number,
  durationNs: number,
  grownPages: number,
  memoryBytes: number,
  trap: nullable(trap),
});

const memory = record({
  kind: oneOf('imported', 'defined'),
  minimum: number,
  maximum: nullable(number),
  shared: boolean,
  pages: number,
});
const kind = oneOf('function', 'table', 'memory', 'global', 'tag');
const provided = oneOf('memory', 'abort', 'print', 'stub', 'placeholder', 'program');
const module = record({
  size: number,
  memory,
  imports: listOf(record({ module: text, name: text, kind, type: text, provided })),
  exports: listOf(record({ name: text, kind, type: text })),
});

const run = record({
  status: oneOf('completed', 'trapped', 'timed-out', 'cancelled', 'looked-at'),
  module: nullable(module),
  instances: number,
  address: nullable(number),
  calls: listOf(call),
  firstStep: number,
  lastStep: number,
  record: oneOf('calls', 'stores', 'all'),
  recordNote: nullable(text),
  initialMemoryBytes: nullable(number),
  expected: nullable(number),
  actual: nullable(number),
  stubsCalled: listOf(record({ module: text, name: text, calls: number })),
  problem: nullable(record({ kind: text, message: text, remedy: text })),
});

/** @throws TypeError that names what is wrong */
export function checkRun(value: unknown): RunSnapshot {
  run(value, 'run');
  return value as RunSnapshot; // every field was just checked
}
