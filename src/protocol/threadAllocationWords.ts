// The words of a finding about a block that an allocator handed out to two threads of a program.
import type { ByteSpan, ThreadsAllocated } from './finding.ts';
import type { InstanceNames } from './instanceNames.ts';
import { count, hex } from './text.ts';
import type { ThreadAllocation } from './threadAllocations.ts';

const threadText = ({ thread, instance }: ThreadAllocation, names: InstanceNames): string =>
  thread === 0
    ? `the main thread${instance === null ? '' : `, on ${names.name(instance)}`}`
    : `worker thread ${thread}`;

const gotText = (of: ThreadAllocation, names: InstanceNames): string =>
  `${threadText(of, names)} (${of.function}, ${count(of.bytes, 'byte')})`;

export function threadAllocationWords(
  { threads: [first, again], areSeparate }: ThreadsAllocated,
  range: ByteSpan | null,
  names: InstanceNames,
) {
  const where = range ? `The block at ${hex(range.address)}` : 'One block';
  return {
    happened:
      `${where} was handed out to ${gotText(first, names)} and to ${gotText(again, names)}, and nobody has freed it in between. ` +
      'Whoever writes to it changes what the other one has there. ' +
      (areSeparate
        ? 'Each instance has the state of its allocator in globals of its own, so that all hand out the same addresses of one memory.'
        : 'The allocator reads where it stands, and writes that back later: two threads that do so at the same time get the same address.'),
    remedies: areSeparate
      ? [
          'Let one thread alone allocate, and hand its addresses to the others: globals of WebAssembly can’t be shared by threads.',
          'Give each thread an arena of its own.',
        ]
      : [
          'Build the module with an allocator that is made for threads, which has a lock (-pthread with Emscripten, wasi-threads), or add to its position by i32.atomic.rmw.add.',
          'Let one thread alone allocate, or give each thread an arena of its own.',
        ],
  };
}
