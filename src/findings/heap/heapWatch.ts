// Watches the heap while a recording grows: which bytes belong to a block, which to a freed one, and which the allocator wrote for itself.
// State is small, and nothing is asked of the recording, so that faults are seen also where their steps are dropped.
//
// It believes what allocators' functions are told to do, so it must know all of them. Where something shows that it does not, nothing is
// said of the module any more: a block that was never handed out is freed (but for an address inside of one that was: that is a fault; and for a static or a local, which is no block), one is handed out while it is live, other code writes what the
// allocator keeps among the statics (but for the number of an error, which it writes where it fails), or code ran that was not recorded.
import type { HeapDoubt, UnjudgedModule } from '../../protocol/heapBlocks.ts';
import { OWNER_CODE } from '../../protocol/owner.ts';
import { MAX_MEMORY_BYTES } from '../../protocol/units.ts';
import type { Allocation } from '../context.ts';
import { BlockTable, type HeapBlock } from './blockTable.ts';
import { type Crossing, Crossings, type PlacedStore, type Range } from './crossings.ts';
import { HeapBits, PLANE } from './heapBits.ts';
import { type HeapGround, NO_HEAP } from './heapGround.ts';
import { StoreRows } from './storeRows.ts';

/** A call of an allocator's function, as far as the watch needs it. */
export type WatchedCall = Pick<Allocation, 'index' | 'instance' | 'function' | 'role' | 'block' | 'size'>;

export type HeapFaultKind =
  /** code that is no allocator's writes what an allocator wrote for itself, beside a block, or goes on from a block into another one */
  | 'overflow'
  /** code that is no allocator's writes or reads a block that was freed */
  | 'use-after-free'
  | 'double-free'
  /** an address inside of a block is freed */
  | 'invalid-free';

/** Where a fault was seen. */
interface Seen {
  /** Number of the access; of a free of the allocator call. */
  readonly at: number;
  readonly step: number;
  readonly isRead: boolean;
  /** Whose code it was, in which call. */
  readonly instance: number;
  readonly module: number;
  readonly call: number | null;
  /** Number of the instruction's site ({@link HOST} of the host's), and the bytes that it accessed. */
  readonly site: number;
  readonly address: number;
  readonly length: number;
}

export interface HeapFault extends Seen {
  readonly kind: HeapFaultKind;
  readonly block: HeapBlock;
  /** The block on the other side of an overflow, where no row of stores tells which of the two was left. */
  readonly other: HeapBlock | null;
  /** Of an overflow into a live block: that one, and what the stores left out of the blocks that they began and ended in. Else null. */
  readonly into: { readonly block: HeapBlock; readonly rest: readonly Range[] } | null;
  /** Modules of which all allocator functions must be known for this to be true. */
  readonly modules: readonly number[];
  /** How often the same instruction did it. */
  count: number;
}

/** The block that a fault is about. */
type Found = Pick<HeapFault, 'block' | 'other' | 'into'>;

/** All that was seen of a recording that has ended, as a file has it. */
export interface SeenHeap {
  readonly faults: readonly HeapFault[];
  /** Modules of which blocks are not followed. */
  readonly unfollowed: readonly UnjudgedModule[];
  /** Modules of which not all of the allocator is known. */
  readonly unknown: readonly UnjudgedModule[];
  /** Modules whose blocks were followed up to a moment. */
  readonly left: readonly UnjudgedModule[];
  /** Whether code ran that was not recorded. */
  readonly isBlind: boolean;
}

/** So far from the end of a block what is written beside it is told as that block's overflow: what allocators keep there is small. */
export const REACH = 64;
/** Writes to statics that are kept of a call of an allocator until it has ended. */
const MOST_STATICS = 256;
/** Wider loads read on behind what they look for. */
const VECTOR_BYTES = 16;
/** What allocators keep before a block that is read is this near to it. */
const HEAD_BYTES = 8;
/** What allocators keep before a block takes no more than this. */
const LONGEST_HEAD_BYTES = 16;
/** So far before one it is told as an underflow of it. */
const REACH_BEFORE = 64;
/** Between two blocks of one heap lie no more bytes than what the one was rounded up by, and the head of the other. */
const MOST_BETWEEN = 32;
/** Longer writes of allocators are contents that they move or clear. */
const MOST_OWN_BYTES = 64;
/** One cause is one fault; of different ones not more. */
const MOST_FAULTS = 256;

/** Stands for the site of what the host wrote. */
export const HOST = -1;

/** A call of an allocator under way. */
interface OpenCall {
  readonly call: WatchedCall;
  /** What it wrote among the statics, or where they may be. */
  readonly statics: { readonly address: number; readonly length: number }[];
  /** It frees what is no block: what it writes is no word of the allocator. */
  readonly isOdd: boolean;
}

type ThreadStore = Seen & PlacedStore & { readonly thread: number };

export class HeapWatch {
  private readonly bits = new HeapBits();
  private readonly modules: HeapGround[] = [];
  private readonly instances: number[] = [];
  /** Data segments, by their numbers among the sites. */
  private readonly segments = new Set<number>();
  private readonly blocks = new BlockTable();
  private readonly found = new Map<string, HeapFault>();
  /** Modules of which not all of the allocator is known, and what showed that. */
  private readonly unknown = new Map<number, HeapDoubt>();
  /** Modules that are not followed any more; what was seen before is true. */
  private readonly left = new Map<number, HeapDoubt>();
  /** Code ran that was not recorded. */
  private isBlind = false;
  private readonly open = new Map<number, OpenCall[]>();
  /** Bytes of the longest block: one that has a byte begins no farther before it. */
  private longest = 0;
  /** By module: where its first block in memory begins. */
  private readonly lowest: number[] = [];
  /** By module: behind the last one. */
  private readonly highest: number[] = [];
  /** Modules whose heap lies among their statics, and those that have freed a static. */
  private readonly inStatics = new Set<number>();
  private readonly freedStatics = new Set<number>();
  private readonly rows = new StoreRows();
  private readonly crossings = new Crossings<ThreadStore>(
    {
      firstStart: (address, length) => this.bits.first(PLANE.start, address, length),
      liveAt: address => this.liveAt(address),
      neighbours: (border, lowest) => this.neighbours(border, lowest),
    },
    crossing => this.crossed(crossing),
  );
  /** The sweep under way, and of which thread; they are counted. */
  private sweepNumber = 0;
  private sweepThread: number | null = null;
  /** Whether a block was handed out over one of another instance: then nobody knows whose is whose. */
  private isTangled = false;
  /** Whether there is anything to be watched: an allocator was called. */
  isActive = false;

  /** @param callOf the call under way of a thread; null where there is none, or it is not known yet */
  constructor(private readonly callOf: (thread: number) => number | null) {}

  addModule(ground: HeapGround): void {
    this.modules.push(ground);
    this.lowest.push(Number.POSITIVE_INFINITY);
    this.highest.push(0);
  }

  /** @param site its number among the sites */
  addSegment(site: number): void {
    this.segments.add(site);
  }

  addInstance(module: number): void {
    this.instances.push(module);
  }

  /** Bytes of memory that the state of the heap takes. */
  get keptBytes(): number {
    return this.blocks.keptBytes + this.bits.keptBytes;
  }

  /** Blocks that were handed out and not taken back, by their addresses. */
  get live(): HeapBlock[] {
    return [...this.blocks.values()].filter(({ freed }) => freed === null).sort((a, b) => a.address - b.address);
  }

  /** What was found, in the order in which it was. */
  get faults(): readonly HeapFault[] {
    this.crossings.end(({ thread, call }) => call !== null && this.callOf(thread) === call);
    if (this.isBlind) return [];
    return [...this.found.values()].filter(({ modules }) => !modules.some(module => this.unknown.has(module)));
  }

  /** Modules of which not all that was done to their blocks is known. */
  get unknownModules(): ReadonlySet<number> {
    return new Set(this.isBlind ? this.modules.keys() : [...this.unknown.keys(), ...this.left.keys()]);
  }

  /** Of which modules faults are not told, and why not. */
  get unjudged(): readonly UnjudgedModule[] {
    return this.modules.flatMap(({ doubt }, module) => {
      const because = doubt ?? (this.isBlind ? 'unrecorded-code' : (this.unknown.get(module) ?? this.left.get(module)));
      return because === undefined ? [] : { module, because };
    });
  }

  /** Code of the guests ran, or runs in other threads, of which there are no records: nothing is said of blocks any more. */
  distrust(): void {
    this.isBlind = true;
  }

  /** The first reason is the one that is told. Of a module that is not followed any more nothing contradicts what was seen. */
  private distrustModule(module: number, because: HeapDoubt): void {
    if (!this.unknown.has(module) && !this.left.has(module)) this.unknown.set(module, because);
  }

  get seen(): SeenHeap {
    this.crossings.end();
    return {
      faults: [...this.found.values()],
      unfollowed: this.modules.flatMap(({ doubt }, module) => (doubt === null ? [] : { module, because: doubt })),
      unknown: Array.from(this.unknown, ([module, because]) => ({ module, because })),
      left: Array.from(this.left, ([module, because]) => ({ module, because })),
      isBlind: this.isBlind,
    };
  }

  /** Takes over what was seen, of so many modules. */
  restore({ faults, unfollowed, unknown, left, isBlind }: SeenHeap, modules: number): void {
    const doubts = new Map(unfollowed.map(({ module, because }) => [module, because]));
    for (let module = 0; module < modules; module++) this.addModule({ ...NO_HEAP, doubt: doubts.get(module) ?? null });
    for (const fault of faults) this.found.set(keyOf(fault.kind, fault), fault);
    for (const { module, because } of unknown) this.unknown.set(module, because);
    for (const { module, because } of left) this.left.set(module, because);
    this.isBlind = isBlind;
  }

  began(thread: number, call: WatchedCall, step: number): void {
    this.isActive = true;
    this.crossings.end();
    const open: OpenCall[] = this.open.get(thread) ?? [];
    this.open.set(thread, open);
    // Allocators free also on their way to other things.
    const isOdd = this.isFreeOfStatic(call);
    if (call.role === 'free' && call.block !== 0 && !isOdd) this.free(call, step, open.length > 0);
    else if (call.role === 'collect') this.collected(this.instances[call.instance]);
    open.push({ call, statics: [], isOdd });
  }

  /** A sweep of a thread begins, or is over: see `LogVisitor`. */
  sweep(thread: number, begins: boolean): void {
    if (begins) this.sweepNumber++;
    this.sweepThread = begins ? thread : null;
  }

  private collected(module: number | undefined): void {
    if (module !== undefined && this.modules[module].isCollected && this.modules[module].heapStart !== null)
      this.left.set(module, 'collected');
  }

  /** @param made the block that it hands out; 0 where it does not */
  ended(thread: number, made: number): void {
    const open = this.open.get(thread);
    const ended = open?.pop();
    if (!open || !ended) return;
    const { call } = ended;
    // What one writes that fails is the number of the error, which is no state of its own.
    if (made !== 0 || call.role === 'free')
      for (const { address, length } of ended.statics) this.bits.set(PLANE.own, address, length);
    if (made === 0 && call.role === 'resize' && call.size === 0) this.moved(call, 0); // it may free
    if (made === 0 || (call.role !== 'allocate' && call.role !== 'resize')) return;
    if (call.role === 'resize') this.moved(call, made);
    if (open.length === 0) this.handOut(call, made);
  }

  /**
   * @param owner code of who wrote, see `OWNER_CODE`
   * @param access its number
   * @param step that it makes
   */
  wrote(
    owner: number,
    thread: number,
    site: number,
    address: number,
    length: number,
    access: number,
    step: number,
  ): void {
    const module = this.moduleOf(owner);
    if (module === null) return;
    const { bits } = this;
    const ground = this.modules[module];
    const inner = this.open.get(thread)?.at(-1);
    if (inner) {
      if (ground.heapStart === null || length > MOST_OWN_BYTES || isIn(ground.stack, address) || inner.isOdd) return;
      // Where the statics end may be a guess: below the first block there may be more of them.
      const isHeap = !isStatic(ground, address);
      const hasRoom = inner.statics.length < MOST_STATICS;
      if (isHeap && (!hasRoom || address >= this.lowest[module] - LONGEST_HEAD_BYTES))
        bits.set(PLANE.own, address, length);
      else if (hasRoom) inner.statics.push({ address, length });
      return;
    }
    if (!bits.knows(address) && !bits.knows(address + length - 1)) return;
    const call = this.callOf(thread);
    this.rows.add(owner, call, site, address, length);
    if (this.isClearing(module, address, length, call)) return;
    const own = bits.firstDead(PLANE.own, address, length);
    const freed = bits.firstDead(PLANE.freed, address, length);
    const instance = owner - OWNER_CODE.firstInstance;
    if (own === null && freed === null) {
      const sweep = this.sweepThread === thread ? this.sweepNumber : 0;
      const isAtBorder = (sweep !== 0 || length > 1) && bits.first(PLANE.start, address, length + 1) !== null;
      if (this.crossings.isEmpty && !isAtBorder) {
        if (sweep !== 0) this.crossings.passed(sweep, site, address, length);
        return;
      }
      if (this.isTangled || ground.heapStart === null || this.segments.has(site)) return;
      const seen = { at: access, step, isRead: false, instance, module, call, site, address, length };
      this.crossings.stored({ ...seen, thread, sweep }, this.rows.extent);
      return;
    }
    const seen = { at: access, step, isRead: false, instance, module, call, site, address, length };
    // Whoever hands out what is another's stack is wrong, not who has it.
    if (isIn(ground.stack, address)) return;
    if (freed !== null && this.isOthersFormer(module, freed)) return;
    // Allocators keep lists in freed blocks: where such a block is the nearest one, it is meant.
    if (freed !== null && (own === null || this.freedAt(freed) !== null)) this.wroteFreed(freed, seen);
    else if (own !== null) this.wroteOwn(own, seen);
  }

  /** The host wrote, just now. */
  hostWrote(thread: number, address: number, length: number, access: number, step: number): void {
    const { bits } = this;
    if (this.isInAllocator(thread) || (!bits.knows(address) && !bits.knows(address + length - 1))) return;
    const own = bits.firstDead(PLANE.own, address, length);
    const freed = bits.firstDead(PLANE.freed, address, length);
    if (own === null && freed === null) return;
    const freedBlock = freed === null ? null : this.freedAt(freed);
    const left = this.blockAt(address);
    const isFreed = left ? left.freed !== null : freedBlock !== null;
    const meant = left ?? freedBlock;
    const found = meant ? alone(meant) : own === null ? null : this.besideOf(own, null);
    const module = found ? this.instances[found.block.instance] : undefined;
    if (!found || module === undefined || this.modules[module].heapStart === null) return;
    const { instance } = found.block;
    const seen = { at: access, step, isRead: false, instance, module, call: this.callOf(thread) };
    this.report(isFreed ? 'use-after-free' : 'overflow', { ...seen, site: HOST, address, length }, () => found);
  }

  /** @param step at which it read */
  read(
    owner: number,
    thread: number,
    site: number,
    address: number,
    length: number,
    access: number,
    step: number,
  ): void {
    if (length >= VECTOR_BYTES || !this.bits.knows(address) || this.isInAllocator(thread)) return;
    const module = this.moduleOf(owner);
    // A word that begins in a block may end behind it: what is read there counts for nothing.
    if (module === null || this.bits.firstDead(PLANE.freed, address, 1) === null) return;
    if (this.isHead(address)) return;
    const instance = owner - OWNER_CODE.firstInstance;
    const call = this.callOf(thread);
    const seen = { at: access, step, isRead: true, instance, module, call, site, address, length };
    this.report('use-after-free', seen, () => aloneOrNone(this.freedAt(address)));
  }

  /** Whether an allocator keeps there what it knows of the block behind: compilers put the look at it into code that asked for the block. */
  private isHead(address: number): boolean {
    const { bits } = this;
    if (bits.firstDead(PLANE.own, address, 1) === null) return false;
    const start = bits.first(PLANE.start, address + 1, HEAD_BYTES);
    return start !== null && this.blocks.get(start)?.freed === null;
  }

  private isInAllocator(thread: number): boolean {
    return (this.open.get(thread)?.length ?? 0) > 0;
  }

  private moduleOf(owner: number): number | null {
    const instance = owner - OWNER_CODE.firstInstance;
    return owner === OWNER_CODE.thread || instance < 0 ? null : (this.instances[instance] ?? null);
  }

  /** Whether a module has its statics where another one had a block before, and gave it back. */
  private isOthersFormer(module: number, address: number): boolean {
    const block = this.freedAt(address);
    return block !== null && this.instances[block.instance] !== module && isOwn(this.modules[module], address);
  }

  /** A row that comes out of a live block is that block's overflow, also where a freed one lies beside it. */
  private wroteFreed(address: number, seen: Seen): void {
    const { from, cameDownFrom } = this.rows;
    const left = this.blockAt(cameDownFrom ?? from);
    if (left?.freed === null) this.report('overflow', seen, () => alone(left));
    else this.report('use-after-free', seen, () => aloneOrNone(left ?? this.freedAt(address)));
  }

  private wroteOwn(address: number, seen: Seen): void {
    const isElsewhere = this.isInHeapOfOther(address, seen) || this.isBetweenBlocks(address);
    if (isStatic(this.modules[seen.module], address) && !isElsewhere) {
      this.wroteStatic(address, seen);
      return;
    }
    const left = this.blockAt(this.rows.from);
    if (left) this.report(left.freed === null ? 'overflow' : 'use-after-free', seen, () => alone(left));
    else this.report('overflow', seen, () => this.besideOf(address, this.rows.cameDownFrom));
  }

  /** Whether blocks lie before and behind it: some allocators have a static array for their heap. */
  private isBetweenBlocks(address: number): boolean {
    const { bits } = this;
    const start = bits.lastBefore(PLANE.start, Math.max(0, address - this.longest - REACH), address);
    const block = start === null ? null : this.blocks.get(start);
    const end = block ? block.address + block.size : address;
    const next = bits.first(PLANE.start, address, REACH_BEFORE);
    return block !== null && next !== null && next - end <= MOST_BETWEEN;
  }

  /** Whether it is another module whose heap that is: the writer's own lies above, and it has nothing there. */
  private isInHeapOfOther(address: number, seen: Seen): boolean {
    if (isOwn(this.modules[seen.module], address)) return false;
    const block = this.blockAt(seen.address) ?? this.besideOf(address, null)?.block;
    const module = block ? this.instances[block.instance] : undefined;
    return module !== undefined && module !== seen.module && !isStatic(this.modules[module], address);
  }

  /** The making of a late instance puts an allocator back, by data segments or by what is longer than a value: that is none of its own. */
  private wroteStatic(address: number, { module, site, length }: Seen): void {
    if (this.segments.has(site) || length > VECTOR_BYTES) return;
    // The allocator whose state it is.
    const others = this.modules.findIndex(ground => isOwn(ground, address));
    const isWriters = others < 0 || isOwn(this.modules[module], address);
    this.distrustModule(isWriters ? module : others, 'unknown-writer');
  }

  /**
   * Whether with a store all of the module's heap is overwritten by one row: then its blocks are gone, and what the row did before is no fault.
   * Where an allocator keeps something before its first block, that belongs to it; else one block alone is none.
   */
  private isClearing(module: number, address: number, length: number, call: number | null): boolean {
    const [lowest, highest] = [this.lowest[module], this.highest[module]];
    if (highest === 0 || (address + length < highest && address > lowest)) return false;
    const { start, end } = this.rows.extent;
    if (start > lowest || end < highest) return false;
    const hasHead = this.bits.first(PLANE.own, lowest - HEAD_BYTES, HEAD_BYTES) !== null;
    const isAll = hasHead ? start < lowest : this.bits.first(PLANE.start, lowest + 1, highest - lowest - 1) !== null;
    if (!isAll || this.modules[module].heapStart === null) return false;
    for (const [key, fault] of this.found)
      if (fault.module === module && fault.call === call && fault.address >= start && fault.address < end)
        this.found.delete(key);
    this.crossings.forget();
    this.left.set(module, 'cleared');
    return true;
  }

  /** What goes from a live block into another one of the same module. */
  private crossed({ store, block, into, isAlone, rest }: Crossing<ThreadStore>): void {
    const { thread: _, sweep: __, ...seen } = store;
    this.report('overflow', seen, () => ({ block, other: isAlone ? into : null, into: { block: into, rest } }));
  }

  private liveAt(address: number): HeapBlock | null {
    const block = this.blockAt(address);
    return block && block.freed === null ? block : null;
  }

  private neighbours(border: number, lowest: number): [HeapBlock, HeapBlock] | null {
    const start = this.bits.lastBefore(PLANE.start, Math.max(0, lowest - this.longest), border);
    const before = start === null ? null : this.blocks.get(start);
    const behind = this.blocks.get(border);
    if (!before || !behind || before.freed !== null || behind.freed !== null) return null;
    const isOfOne = this.instances[before.instance] === this.instances[behind.instance];
    return isOfOne && before.address + before.size <= border && behind.size > 0 ? [before, behind] : null;
  }

  /** The block that has a byte. */
  private blockAt(address: number): HeapBlock | null {
    const start = this.bits.lastBefore(PLANE.start, Math.max(0, address - this.longest), address + 1);
    const block = start === null ? null : this.blocks.get(start);
    return block && address < block.address + block.size ? block : null;
  }

  private freedAt(address: number): HeapBlock | null {
    const block = this.blockAt(address);
    return block && block.freed !== null ? block : null;
  }

  private free(call: WatchedCall, step: number, isWithin: boolean): void {
    this.rows.end();
    const block = this.blocks.get(call.block);
    const module = this.instances[call.instance];
    if (!block) {
      if (!isWithin && module !== undefined) this.freeNoBlock(call, step, module);
      return;
    }
    if (block.freed !== null && module !== undefined) {
      // One function of an allocator calls the other: it is the same free. And some have one address for all blocks of no bytes.
      if (isWithin || block.size === 0) return;
      this.reportFree('double-free', call, step, module, block.address, block);
      return;
    }
    this.takeBack(block, call);
  }

  /**
   * Whether a call frees a static variable, or a local, of its own module, whose heap lies elsewhere: that is wrong, or another allocator's, but
   * tells nothing of the blocks that are known.
   */
  private isFreeOfStatic({ role, block, instance }: WatchedCall): boolean {
    const module = this.instances[instance];
    if (role !== 'free' || module === undefined || this.inStatics.has(module)) return false;
    if (!isOwn(this.modules[module], block) || this.blockAt(block) !== null) return false;
    this.freedStatics.add(module);
    return true;
  }

  private freeNoBlock(call: WatchedCall, step: number, module: number): void {
    const around = this.blockAt(call.block);
    // Who says how many bytes may give back a part of a block. And only of blocks of its own module it is known what frees them.
    const isWrong = call.size === 0 && around?.freed === null && this.instances[around.instance] === module;
    if (isWrong) this.reportFree('invalid-free', call, step, module, call.block, around);
    else this.distrustModule(module, 'unknown-freed');
  }

  private reportFree(
    kind: HeapFaultKind,
    { index: at, instance, function: site }: WatchedCall,
    step: number,
    module: number,
    address: number,
    block: HeapBlock,
  ): void {
    const length = block.address + block.size - address;
    this.report(kind, { at, step, isRead: false, instance, module, call: null, site, address, length }, () =>
      alone(block),
    );
  }

  private takeBack(block: HeapBlock, { index, instance }: WatchedCall): void {
    const ground = this.modules[this.instances[instance]];
    if (!ground || ground.heapStart === null) {
      this.forget(block);
      return;
    }
    this.blocks.set({ ...block, freed: index });
    this.bits.clear(PLANE.live, block.address, block.size);
    this.bits.set(PLANE.freed, block.address, block.size);
  }

  /** A block was given to a function that has handed out one in its place. */
  private moved(call: WatchedCall, made: number): void {
    const block = this.blocks.get(call.block);
    if (!block) return;
    if (made === block.address) this.forget(block);
    else if (block.freed === null) this.takeBack(block, call);
  }

  private forget({ address, size }: HeapBlock): void {
    this.blocks.delete(address);
    for (const plane of [PLANE.live, PLANE.freed]) this.bits.clear(plane, address, size);
    this.bits.clear(PLANE.start, address, 1);
  }

  private handOut({ index, instance, size }: WatchedCall, address: number): void {
    const { bits, blocks } = this;
    if (address + size > MAX_MEMORY_BYTES) return;
    this.longest = Math.max(this.longest, size);
    const module = this.instances[instance];
    if (module !== undefined) {
      if (isOwn(this.modules[module], address)) this.handOutStatic(module);
      this.lowest[module] = Math.min(this.lowest[module], address);
      this.highest[module] = Math.max(this.highest[module], address + size);
    }
    const taken = bits.first(PLANE.live, address, size);
    // Blocks of two instances at one place are a fault of their own, which duplicateAllocations.ts tells.
    const live = taken === null ? null : this.blockAt(taken);
    if (module !== undefined && live?.instance === instance && !this.wasFreedWrongly(live))
      this.distrustModule(module, 'unknown-taken');
    if (live) this.isTangled = true;
    for (let at = bits.first(PLANE.start, address, size); at !== null; ) {
      const old = blocks.get(at);
      blocks.delete(at);
      bits.clear(PLANE.start, at, 1);
      if (old && old.freed !== null) this.keepRest(old, address + size);
      at = bits.first(PLANE.start, at + 1, address + size - at - 1);
    }
    bits.clear(PLANE.freed, address, size);
    bits.clear(PLANE.own, address, size);
    bits.set(PLANE.live, address, size);
    bits.set(PLANE.start, address, 1);
    blocks.set({ address, size, instance, made: index, freed: null });
  }

  /** An allocator that was given a static may hand it out; one whose heap lies there was given a block that nobody is known to have asked for. */
  private handOutStatic(module: number): void {
    if (!this.freedStatics.has(module)) this.inStatics.add(module);
    else if (this.highest[module] === 0) this.distrustModule(module, 'unknown-freed');
    else this.left.set(module, 'unknown-freed');
  }

  /** What of a freed block lies behind the one that begins anew in it is freed still. */
  private keepRest(old: HeapBlock, start: number): void {
    const size = old.address + old.size - start;
    if (size <= 0 || this.blocks.get(start)) return;
    this.blocks.set({ ...old, address: start, size });
    this.bits.set(PLANE.start, start, 1);
  }

  /** Then the allocator hands out to two what was freed twice, or in part: it is no sign of one that is not known. */
  private wasFreedWrongly({ address, size }: HeapBlock): boolean {
    return [...this.found.values()].some(
      ({ kind, block }) =>
        (kind === 'double-free' || kind === 'invalid-free') &&
        block.address < address + size &&
        address < block.address + block.size,
    );
  }

  /**
   * The live blocks beside which an allocator's word lies. Of two, the one behind which it lies is the likelier: blocks are overrun far
   * more often than they are left at their beginning.
   * @param cameDownFrom where a row began that comes down to it
   */
  private besideOf(address: number, cameDownFrom: number | null): Found | null {
    const { bits, blocks } = this;
    const start = bits.lastBefore(PLANE.start, Math.max(0, address - this.longest - REACH), address);
    const before = start === null ? null : blocks.get(start);
    const behind = before && before.freed === null ? address - before.address - before.size : REACH;
    const after = bits.first(PLANE.start, address, REACH_BEFORE);
    const next = after === null ? null : blocks.get(after);
    const ahead = next && next.freed === null ? next.address - address : REACH;
    if (!before || behind >= REACH) return next && ahead < REACH ? alone(next) : null;
    if (!next || ahead >= REACH) return alone(before);
    // Between blocks that far apart lies more than what the one was rounded up by.
    const isNext = behind + ahead > MOST_BETWEEN && ahead < behind;
    const cameDown = cameDownFrom !== null && this.blockAt(cameDownFrom)?.address === next.address;
    return { ...(isNext || cameDown ? { block: next, other: before } : { block: before, other: next }), into: null };
  }

  /** @param find the block that it is about: asked the first time only */
  private report(kind: HeapFaultKind, seen: Seen, find: () => Found | null): void {
    if (this.left.has(seen.module)) return;
    const key = keyOf(kind, seen);
    const known = this.found.get(key);
    if (known) {
      known.count++;
      return;
    }
    const found = this.found.size < MOST_FAULTS ? find() : null;
    if (!found) return;
    const of = this.instances[found.block.instance] ?? seen.module;
    if (this.left.has(of)) return;
    this.found.set(key, { kind, ...found, modules: [...new Set([of, seen.module])], ...seen, count: 1 });
  }
}

const alone = (block: HeapBlock): Found => ({ block, other: null, into: null });
const aloneOrNone = (block: HeapBlock | null): Found | null => block && alone(block);

const keyOf = (kind: HeapFaultKind, { site, instance, isRead }: Seen): string =>
  `${kind} ${site} ${instance} ${isRead}`;

const isOwn = ({ own }: HeapGround, address: number): boolean => own.some(range => isIn(range, address));

const isStatic = (ground: HeapGround, address: number): boolean =>
  ground.heapStart !== null && (address < ground.heapStart || isOwn(ground, address));

const isIn = (range: { readonly start: number; readonly end: number } | null, address: number): boolean =>
  range !== null && address >= range.start && address < range.end;
