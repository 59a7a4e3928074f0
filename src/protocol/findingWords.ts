// The words of findings: a title, what happened, and what to do, for panel, terminal and JSON alike.
import { grownText, type ReadView, type WriteView } from './access.ts';
import type {
  AllocatedBlock,
  ByteSpan,
  CallsAllocated,
  Finding,
  FindingDetails,
  FindingKind,
  InvolvedCall,
  Separation,
} from './finding.ts';
import { type InstanceNames, NUMBERS_ALONE } from './instanceNames.ts';
import { ownerName } from './owner.ts';
import { commandLines } from './separationTexts.ts';
import { growerText, staleViewWords } from './staleViewWords.ts';
import { capitalized, count, hex, ordinal } from './text.ts';
import { threadAllocationWords } from './threadAllocationWords.ts';

/** A finding in words. Sentences end with a full stop. */
export interface FindingWords {
  /** A few words without a full stop. */
  readonly title: string;
  /** One paragraph: who did what before, who did it now, and what follows. */
  readonly happened: string;
  /** What to do, the best first. */
  readonly remedies: readonly string[];
}

export const FINDING_TITLES: Readonly<Record<FindingKind, string>> = {
  'duplicate-allocation': 'An allocator handed out a block twice',
  'segment-overwrite': 'Making an instance put old data back',
  'allocator-reset': 'Making an instance put an allocator back to its beginning',
  'dead-stack-pointer': 'An address in a dead stack frame is in use',
  'heap-overflow': 'A store lies beside a block of the heap',
  'use-after-free': 'A block was used after it was freed',
  'double-free': 'A block was freed twice',
  'invalid-free': 'An address inside of a block was freed',
  'grow-collision': 'Two allocators took the same pages that memory grew by',
  'missing-import': 'An imported allocator hands out nothing but address 0',
  'stale-view': 'What the host writes may be lost since memory grew',
  'unrecorded-write': 'Memory changed without a record',
  'foreign-write': 'A block of one module lies where another one has its own',
  'stack-overlap': 'Two instances have their stacks at the same place',
  'stack-overflow': 'The stack came down farther than it may',
  'stack-pointer-leak': 'A call that failed left its frames on the stack',
  'null-page-write': 'A store lies below all data of its module',
  'static-overlap': 'Two modules have what is their own at the same addresses',
  'shared-thread-locals': 'Instances have their thread-locals at one place',
  'printed-value-differs': 'What was printed is not what memory holds',
};

/** A program that was recorded makes its instances by itself. */
const IN_A_PROGRAM = 'In a program of your own, let one instance do for all.';
/** The instances of one module are one logical instance. */
const SHARE_STATE = `Run the instances with shared state: they then have one allocator, and data segments and start function run once. ${IN_A_PROGRAM}`;
const ONE_ALLOCATES = 'Let one instance alone allocate, and hand its addresses to the others.';
const MAKE_ALL_FIRST = 'Make all instances before the first allocation.';
const MAKE_BEFORE_CALLS = 'Make all instances before the first call of one.';

type Words<Kind extends FindingKind> = (
  details: FindingDetails[Kind],
  range: ByteSpan | null,
  names: InstanceNames,
) => Omit<FindingWords, 'title'>;

const spanText = ({ address, length }: ByteSpan): string =>
  length === 1 ? hex(address) : `${hex(address)} to ${hex(address + length - 1)}`;

/** `malloc in call 1, main on #0`; without an allocator `call 1, main on #0` */
export const callText = ({ index, function: name, instance, allocator }: InvolvedCall, names: InstanceNames): string =>
  `${allocator === null ? '' : `${allocator} in `}call ${index}, ${name} on ${names.name(instance)}`;

/** The same at the beginning of a sentence: a function keeps its name. */
const startText = (call: InvolvedCall, names: InstanceNames): string =>
  call.allocator === null ? capitalized(callText(call, names)) : callText(call, names);

const blockText = ({ span, made }: AllocatedBlock, names: InstanceNames): string =>
  `the block of ${count(span.length, 'byte')} at ${hex(span.address)} that ${callText(made, names)}, handed out`;

/** Where a store lies that is not all in a block. */
function besideText({ address, length }: WriteView, side: 'behind' | 'before', block: ByteSpan): string {
  if (side === 'before') return 'before';
  const past = address + length - block.address - block.length;
  return address < block.address + block.length ? `${count(past, 'byte')} past the end of` : 'behind';
}

const otherSide = (side: 'behind' | 'before'): 'behind' | 'before' => (side === 'behind' ? 'before' : 'behind');

/** What to do where a store left a block on that side. */
function leftRemedies({ site }: WriteView, side: 'behind' | 'before', { address, length }: ByteSpan): string[] {
  const code = site?.function ?? 'the code';
  return side === 'behind'
    ? [
        `Look at how far ${code} goes: the block at ${hex(address)} has ${count(length, 'byte')}.`,
        'Ask for a larger block.',
      ]
    : [`Look at where ${code} begins, or at a negative index: the block begins at ${hex(address)}.`];
}

/** `#1 in fill+0x12 (i32.store) stored 4 bytes at 0x1010` */
const storedText = (write: WriteView, names: InstanceNames): string =>
  `${capitalized(writerText(write, names))} stored ${count(write.length, 'byte')} at ${hex(write.address)}`;

const moduleName = (module: number, names: InstanceNames): string => names.labelOf(module) ?? `module ${module}`;

/** How each module that has to be elsewhere comes there: the same options, for one tool or another. */
function apart(separation: Separation | undefined, names: InstanceNames): string[] {
  return (separation ?? []).flatMap(({ placement }, module) => {
    if (placement.kind !== 'moves') return [];
    const lines = commandLines(placement.by).map(({ text }) => text);
    const name = moduleName(module, names);
    if (lines.length === 0) return [`Write ${name} for addresses from ${hex(placement.by.base)} on.`];
    return [`Link ${name} anew for addresses of its own: ${lines.join(', or ')}.`];
  });
}

/** `#1 in add_23+0x12 (i32.store)`, `#2, data segment 0`. */
function writerText({ owner, site, segment }: WriteView | ReadView, names: InstanceNames): string {
  const who = ownerName(owner, names);
  if (segment !== null) return `${who}, data segment ${segment},`;
  return site ? `${who} in ${site.function}+${hex(site.functionOffset)} (${site.instruction})` : who;
}

const resetWords: Words<'segment-overwrite'> = ({ made, segment, bytes, isFirst, lost, torn }, range, names) => {
  const by = segment === null ? 'its start function' : `its data segment ${segment}`;
  const what =
    bytes === 1 && range
      ? `1 byte at ${hex(range.address)} back to what it was`
      : `${count(bytes, 'byte')} back to what they were`;
  const first =
    bytes === 1 ? 'It' : `${isFirst ? 'The first' : 'One'} of them${range ? `, at ${spanText(range)},` : ''}`;
  const part = torn
    ? ` Only a part of what was stored went back: ${torn.was} became ${torn.is}, which nobody has stored.`
    : '';
  return {
    happened:
      `When ${names.name(made)} was made, ${by} put ${what} at first. ` +
      `${first} had been written by ${writerText(lost, names)} at step ${lost.step}.${part}`,
    remedies: [MAKE_BEFORE_CALLS, SHARE_STATE],
  };
};

const callsAllocatedWords = (
  { first, again, areSeparate, resetBy, modules, separation, firstBlock, block }: CallsAllocated,
  names: InstanceNames,
): Omit<FindingWords, 'title'> => ({
  happened:
    `${startText(again, names)}, returned ${spanText(block)}, which overlaps ${spanText(firstBlock)} of ` +
    `${callText(first, names)}, and nobody has freed that. Whoever writes to one of the two changes the other.` +
    (areSeparate ? ` Each ${modules ? 'module' : 'instance'} has an allocator of its own over the same memory.` : '') +
    (resetBy === null ? '' : ` In between, the making of ${names.name(resetBy)} had put the allocator back.`),
  remedies: areSeparate
    ? [...(modules ? apart(separation, names) : [SHARE_STATE]), ONE_ALLOCATES]
    : resetBy === null
      ? ['Look at what wrote to the state of the allocator between the two calls.']
      : [MAKE_ALL_FIRST, SHARE_STATE],
});

const WORDS: { readonly [Kind in FindingKind]: Words<Kind> } = {
  'duplicate-allocation': (details, range, names) =>
    'threads' in details ? threadAllocationWords(details, range, names) : callsAllocatedWords(details, names),
  'foreign-write': ({ allocated, block, modules, write, isLoaded = false, separation }, range, names) => {
    const [, other] = modules.map(module => moduleName(module, names));
    const where = range ? spanText(range) : 'this';
    return {
      happened:
        `${startText(allocated, names)}, returned ${spanText(block)}, ` +
        (write
          ? `and ${writerText(write, names)} ${isLoaded ? 'put' : 'wrote'} ${count(write.length, 'byte')} at ${hex(write.address)} ` +
            (isLoaded
              ? `when ${other} was loaded there.`
              : `of its own accord: ${other} has its heap or its stack there, too.`)
          : `which overlaps ${where}, static data of ${other}. Whoever writes to one of the two changes the other.`),
      remedies: isLoaded
        ? [`Load ${other} into a block of its own that is large enough, and free that when nobody calls it any more.`]
        : [...apart(separation, names), ONE_ALLOCATES],
    };
  },
  'segment-overwrite': resetWords,
  'allocator-reset': (details, range, names) => {
    const { happened } = resetWords(details, range, names);
    const { collision } = details;
    return {
      happened:
        `${happened} That was the state of an allocator: ` +
        (collision
          ? `the ${ordinal(collision.allocations)} allocation since, ${callText(collision.call, names)}, returned ${spanText(collision.block)}, ` +
            `which overlaps ${blockText(collision.old, names)}.`
          : 'it knows nothing of the blocks of before, and where it begins at the same addresses it hands out again what others still have.'),
      remedies: [MAKE_ALL_FIRST, SHARE_STATE],
    };
  },
  'dead-stack-pointer': ({ returned, address, stored, released, taken, used, write, stackPointer }, range, names) => {
    const value = write.address === address ? 'the value there' : `a value at ${hex(write.address)}`;
    const left = released
      ? `${startText(returned, names)}, made room on the stack at ${hex(address)}: `
      : stored
        ? `${startText(returned, names)}, stored ${hex(address)}, an address in its own stack frame, at ${hex(stored.address)}: `
        : `${startText(returned, names)}, returned ${hex(address)}, which lies in its own stack frame: `;
    const ended = released
      ? `${callText(released, names)}, gave the room back (the stack ends at ${hex(stackPointer)} since)`
      : `when the call ended the frame was dead (the stack ends at ${hex(stackPointer)} then)`;
    const use = taken
      ? `${startText(taken, names)}, uses ${used === address ? 'it' : `${hex(used)} in that frame`}.`
      : `The host wrote ${count(range?.length ?? 0, 'byte')} at ${hex(used)} after that.`;
    return {
      happened:
        `${left}${writerText(write, names)} put ${value}, and ${ended}. ${use} ` +
        'The next call that needs stack overwrites it; that a value is still there is luck.',
      remedies: [
        released
          ? 'Give the room back only when nobody has its address any more.'
          : `${stored ? 'Store' : 'Return'} the address of something that lives on: from malloc, static, or one that the caller hands in.`,
      ],
    };
  },
  'heap-overflow': ({ write, block, side, other, into }, _, names) => ({
    happened:
      `${storedText(write, names)}, ${besideText(write, side, block.span)} ${blockText(block, names)}. ` +
      (other
        ? `It may as well have been meant for ${blockText(other, names)}, and lies ${besideText(write, otherSide(side), other.span)} that one. `
        : '') +
      (into
        ? `What lies there belongs to ${other ? 'both' : blockText(into, names)}: whoever has ${other ? 'the other one' : 'it'} finds it changed.`
        : 'What lies there is the allocator’s, which keeps there where blocks begin and which are free. The next allocation or free may go wrong.'),
    remedies: [
      ...leftRemedies(write, side, block.span),
      ...(other ? leftRemedies(write, otherSide(side), other.span) : []),
    ],
  }),
  'use-after-free': ({ access, block, freed }, _, names) => ({
    happened:
      (access.kind === 'write'
        ? storedText(access, names)
        : `${capitalized(writerText(access, names))} read ${count(access.length, 'byte')} at ${hex(access.address)}`) +
      `, in ${blockText(block, names)}, and that ${callText(freed, names)}, took back. ` +
      (access.kind === 'write'
        ? 'The allocator may keep its own lists there, or hand it out to somebody else.'
        : 'What is there may be somebody else’s by now; that it still is what it was is luck.'),
    remedies: ['Free the block only when nobody has its address any more.'],
  }),
  'double-free': ({ block, freed, again }, _, names) => ({
    happened:
      `${startText(again, names)}, freed ${blockText(block, names)}, which ${callText(freed, names)}, had freed before. ` +
      'The allocator may hand it out to two from now on.',
    remedies: ['Let one place alone free the block.'],
  }),
  'invalid-free': ({ block, by }, range, names) => ({
    happened:
      `${startText(by, names)}, freed ${range ? hex(range.address) : 'an address'}, where no block begins: it lies ` +
      `${range ? `${count(range.address - block.span.address, 'byte')} behind the start of` : 'in'} ${blockText(block, names)}. ` +
      'What the program stored before that address may be taken for the allocator’s own word on the block, and its lists are wrong from then on.',
    remedies: ['Free the address that the allocator handed out.'],
  }),
  'grow-collision': ({ first, again, firstBlock, block, grow }, _, names) => ({
    happened:
      `${startText(again, names)}, returned ${spanText(block)}, which overlaps ${spanText(firstBlock)} of ${callText(first, names)}. ` +
      `These bytes are there since ${growerText(grow, names)} made memory grow ${grownText(grow.pages, grow.memoryBytes)} at step ${grow.step}: ` +
      'each allocator takes what lies behind its own blocks as if it were alone.',
    // Instances of different modules have no state to share.
    remedies: [...(names.module(first.instance) === names.module(again.instance) ? [SHARE_STATE] : []), ONE_ALLOCATES],
  }),
  'missing-import': ({ import: name, module, calls, write }, _, names) => ({
    happened:
      `${names.labelOf(module) ?? 'The module'} called ${name} ${count(calls, 'time')}, and got address 0 each time: nobody provides it, or what does is a stub. ` +
      (write
        ? `All its blocks are one, at address 0: ${storedText(write, names)}.`
        : 'Whatever it stores to such a block lies at address 0.'),
    remedies: [`Provide ${name}: the malloc of the module whose memory it is.`],
  }),
  'stale-view': staleViewWords,
  'unrecorded-write': ({ write }) => ({
    happened: `${count(write.length, 'byte')} at ${hex(write.address)} changed by step ${write.step}, and no record says who did it: code ran that is not recorded.`,
    remedies: ['Look at the notes of the recording: they say which code or which memory is not recorded.'],
  }),
  'stack-overlap': ({ outer, inner, isRoom = false, inUse, pushed, write }, _, names) => ({
    happened:
      (isRoom
        ? `While the host had the room at ${spanText(inUse)} that ${callText(outer, names)}, had made on the stack, `
        : `While ${callText(outer, names)}, was under way, with frames at ${spanText(inUse)}, `) +
      `${callText(inner, names)}, pushed frames at ` +
      `${spanText(pushed)}: the stack of each instance begins at the same place. ` +
      (write
        ? `${storedText(write, names)}, over ${isRoom ? 'what is there' : 'local variables that are still in use'}.`
        : 'What is stored there is over local variables that are still in use.'),
    remedies: [
      ...(names.module(outer.instance) === names.module(inner.instance)
        ? [`Run the instances with shared state: they then have one stack pointer. ${IN_A_PROGRAM}`]
        : []),
      'Let an instance call no other one while it is in a call, or give each a stack of its own (--stack-first and other --global-base, or __stack_pointer set to memory of its own).',
    ],
  }),
  'stack-overflow': ({ overflowing, lowest, floor, write }, _, names) => ({
    happened:
      lowest > floor
        ? `In ${callText(overflowing, names)}, the stack pointer went below 0, to ${hex(lowest)} (${lowest - 2 ** 32}). The stack ends at ${floor === 0 ? 'address 0' : `the static data below ${hex(floor)}`}, and what is pushed below address 0 is outside memory.`
        : `In ${callText(overflowing, names)}, the stack pointer came down to ${hex(lowest)}, and static data ends at ${hex(floor)}. ` +
          (write ? `${storedText(write, names)}, over static data.` : 'What is pushed there lies over static data.'),
    remedies: [
      'Link with a larger stack: -z stack-size=… (wasm-ld), -sSTACK_SIZE=… (emcc).',
      ...(lowest > floor
        ? ['Look at how deep the calls go, and at large local arrays.']
        : ['Link with --stack-first: an overflow is then a trap.']),
    ],
  }),
  'stack-pointer-leak': ({ leaking, next, before, after, floor }, _, names) => {
    const lost = before - after;
    const left = Math.max(0, Math.floor((after - floor) / lost));
    return {
      happened:
        `${startText(leaking, names)}, ended by an exception or a trap with the stack pointer at ${hex(after)}, ` +
        `${count(lost, 'byte')} below ${hex(before)}, where it was before: its frames were not popped. ` +
        `${startText(next, names)}, began there. After ${count(left, 'more call')} of this kind the stack reaches ` +
        `${floor > 0 ? `the static data at ${hex(floor)}` : 'address 0'}, and calls that have done nothing wrong fail.`,
      remedies: [
        'Keep the stack pointer before the call, and set it back where the exception is caught (stackSave and stackRestore).',
        'Make a new instance after a trap.',
      ],
    };
  },
  'null-page-write': ({ write, lowest }, _, names) => ({
    happened:
      `${storedText(write, names)}. ` +
      `All that its module has begins at ${hex(lowest)}: the address is likely to come from a null pointer.`,
    remedies: ['Look at where the pointer came from: an allocation that failed, or an import that returned 0.'],
  }),
  'static-overlap': ({ write, modules, overlap, separation }, _, names) => {
    const [a, b] = modules.map(module => moduleName(module, names));
    const happened = write
      ? `${writerText(write, names)} wrote ${count(write.length, 'byte')} at ${hex(write.address)} there`
      : 'one of them puts data there when it is made, so that the other one does not find what it expects';
    return {
      happened: `${a} and ${b} both have ${spanText(overlap)} as their own, and ${happened}.`,
      remedies: [
        ...apart(separation, names),
        'Make one of them position-independent, and give it a region of its own.',
      ],
    };
  },
  'shared-thread-locals': ({ made, bytes, given }, range, names) => {
    if (!given)
      return {
        happened:
          `${names.name(made)} is a further instance of a module for threads, whose start function sets up memory once: nobody has told it where its ` +
          `${count(bytes, 'byte')} of thread-locals are, so they lie at address 0, and those of all further instances are the same.`,
        remedies: [
          'Call __wasm_init_tls of each further instance with a place of its own, if the module exports it.',
          SHARE_STATE,
        ],
      };
    return {
      happened:
        `${startText(given.again, names)}, put its ${count(bytes, 'byte')} of thread-locals at ${range ? spanText(range) : 'a place'}, where ` +
        `${callText(given.first, names)}, had put those of ${names.name(given.first.instance)}, which goes on with them. Whoever writes to one of the two changes the other.`,
      remedies: ['Give __wasm_init_tls of each further instance a place of its own.'],
    };
  },
  'printed-value-differs': ({ printing, printed, actual }, range, names) => ({
    happened: `In ${callText(printing, names)}, the guest printed ${printed}, and memory holds ${actual ?? 'no value'}${range ? ` at ${hex(range.address)}` : ''}.`,
    remedies: ['The guest works on a copy of its own: look at which address it stores to.'],
  }),
};

/** @param names of the instances, where they are known */
export function findingWords(finding: Finding, names = NUMBERS_ALONE): FindingWords {
  return { title: FINDING_TITLES[finding.kind], ...wordsOf(finding, names) };
}

function wordsOf<Kind extends FindingKind>(
  {
    kind,
    details,
    range,
  }: { readonly kind: Kind; readonly details: FindingDetails[Kind]; readonly range: ByteSpan | null },
  names: InstanceNames,
): Omit<FindingWords, 'title'> {
  const words: Words<Kind> = WORDS[kind];
  return words(details, range, names);
}
