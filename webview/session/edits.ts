// What the user writes to memory: bytes that they type or paste, and the way back. Each is a write of the host, and a step of its own.

import { CELL_TYPES } from '../../src/protocol/cellTypes.ts';
import { MOST_WRITTEN_BYTES } from '../../src/protocol/panel.ts';
import { count, hex, messageOf } from '../../src/protocol/text.ts';
import { type Address, address, step } from '../../src/protocol/units.ts';
import type { ByteRange } from '../data/byteRange.ts';
import { lastPlace } from '../data/moments.ts';
import type { ShownRun } from '../data/run.ts';
import type { HostRequest } from './host.ts';
import { readRange } from './readRange.ts';
import type { RunData } from './runData.ts';
import type { View } from './view.ts';

/** Where the user types: into the bytes, or into their characters. */
export type EditColumn = 'hex' | 'text';

/** What a key says that edits. */
export type Typed =
  | { readonly kind: 'character' | 'paste'; readonly text: string }
  | { readonly kind: 'undo' | 'redo' | 'cancel' | 'remove' | 'column' };

/** The first digit of a byte, whose second one is still to be typed. */
export interface PendingDigit {
  readonly at: Address;
  readonly digit: string;
}

interface Edit {
  readonly start: Address;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** So many edits can be undone. */
const MOST_UNDONE = 200;

/** Bytes that are said one by one. */
const SAID_BYTES = 8;

export interface EditsOptions {
  readonly request: HostRequest;
  readonly view: View;
  readonly data: RunData;
  /** Null where none is shown. */
  readonly shown: () => ShownRun | null;
  /** A write failed; the message is the host's. */
  readonly failed: (message: string) => void;
}

export class Edits {
  column: EditColumn = 'hex';
  private digit: PendingDigit | null = null;
  private done: readonly Edit[] = [];
  private undone: readonly Edit[] = [];
  /** The last write: the next one begins when it is recorded. */
  private queue: Promise<void> = Promise.resolve();
  private lastStep = 0;

  constructor(private readonly options: EditsOptions) {}

  /** Null where the next digit is a byte's first one. */
  get pending(): PendingDigit | null {
    return this.digit?.at === this.start ? this.digit : null;
  }

  /** Memory that is shown can be written to. */
  get isPossible(): boolean {
    const shown = this.options.shown();
    return shown?.goesOn === true && this.options.view.isAtEnd;
  }

  /** Another run is shown. */
  forget(): void {
    this.digit = null;
    this.done = [];
    this.undone = [];
    this.lastStep = 0;
  }

  /** Does what a key in the grid says, where editing is possible. */
  type(typed: Typed): void {
    const { view } = this.options;
    if (typed.kind === 'column') {
      this.setColumn(this.column === 'hex' ? 'text' : 'hex');
      return;
    }
    const { pending } = this;
    this.digit = null;
    if (typed.kind === 'character') this.character(typed.text, pending);
    else if (typed.kind === 'paste') this.paste(typed.text);
    else if (typed.kind === 'undo') this.enqueue(runId => this.undo(runId));
    else if (typed.kind === 'redo') this.enqueue(runId => this.redo(runId));
    else if (pending) view.say(`Nothing was written at ${hex(pending.at)}.`);
    else if (typed.kind === 'remove') view.say('Memory has no room to close: bytes can be overwritten, not removed.');
  }

  setColumn(column: EditColumn): void {
    if (column === this.column) return;
    this.digit = null;
    this.column = column;
    this.options.view.say(column === 'hex' ? 'Typing writes hexadecimal digits.' : 'Typing writes text, as UTF-8.');
  }

  /** Where the next byte goes: the selected one, or the first of several. */
  private get start(): Address {
    const { selection, cells } = this.options.view;
    const { range } = selection;
    return range.length > CELL_TYPES[cells].size ? range.start : selection.address;
  }

  private character(text: string, pending: PendingDigit | null): void {
    const { view } = this.options;
    const { start } = this;
    if (this.column === 'text') {
      this.write(start, new TextEncoder().encode(text));
      return;
    }
    if (view.cells !== 'bytes') {
      view.say(`${CELL_TYPES[view.cells].label} are shown: digits are typed into bytes.`, {
        label: 'Show bytes',
        run: () => view.setCells('bytes'),
      });
      return;
    }
    if (!/^[\da-f]$/i.test(text)) {
      view.say(`“${text}” is no hexadecimal digit. F2 goes on in the characters, where text is written.`);
      return;
    }
    if (pending) {
      this.write(start, Uint8Array.of(Number.parseInt(pending.digit + text, 16)));
      return;
    }
    this.digit = { at: start, digit: text.toLowerCase() };
    view.say(`${hex(start)}: ${text.toLowerCase()}_, and the second digit writes it. Escape drops it.`);
  }

  private paste(text: string): void {
    const { view } = this.options;
    const { start } = this;
    const asText = (): void => this.write(start, new TextEncoder().encode(text));
    const bytes = this.column === 'hex' ? bytesOfHex(text) : null;
    if (text === '') view.say('The clipboard has no text.');
    else if (bytes) this.write(start, bytes);
    else if (this.column === 'text') asText();
    else view.say('The clipboard has no hexadecimal bytes.', { label: 'Paste as text', run: asText });
  }

  private write(start: Address, bytes: Uint8Array): void {
    const { view, data } = this.options;
    const size = data.memory?.size ?? 0;
    if (start + bytes.length > size || bytes.length > MOST_WRITTEN_BYTES) {
      const why =
        start + bytes.length > size ? `memory ends at ${hex(size - 1)}` : 'more than 1 MiB is not written at once';
      view.say(`Nothing was written: ${count(bytes.length, 'byte')} from ${hex(start)} on, and ${why}.`);
      return;
    }
    this.enqueue(async runId => {
      const before = await this.read(runId, { start, length: bytes.length });
      if (!(await this.put(runId, start, bytes, 'written'))) return;
      this.done = [...this.done, { start, before, after: bytes }].slice(-MOST_UNDONE);
      this.undone = [];
    });
    // The next one goes behind it, as in a text.
    view.select(address(Math.min(start + bytes.length, size - 1)));
  }

  private async undo(runId: number): Promise<void> {
    const edit = this.done.at(-1);
    if (!edit) this.options.view.say('There is nothing to undo: nothing was written in this panel.');
    else if (await this.put(runId, edit.start, edit.before, 'as before')) {
      this.done = this.done.slice(0, -1);
      this.undone = [...this.undone, edit];
    }
  }

  private async redo(runId: number): Promise<void> {
    const edit = this.undone.at(-1);
    if (!edit) this.options.view.say('There is nothing to redo.');
    else if (await this.put(runId, edit.start, edit.after, 'written again')) {
      this.undone = this.undone.slice(0, -1);
      this.done = [...this.done, edit];
    }
  }

  /** One after the other: each knows what it writes over, so that it can be undone. */
  private enqueue(act: (runId: number) => Promise<void>): void {
    const { view, shown, failed } = this.options;
    const runId = shown()?.runId;
    if (runId === undefined) return;
    view.goTo(lastPlace); // and what is written is shown
    this.queue = this.queue
      .then(() => (shown()?.runId === runId ? act(runId) : undefined))
      .catch((error: unknown) => failed(messageOf(error)));
  }

  /** Bytes at the end, as far as it is known here. */
  private read(runId: number, range: ByteRange): Promise<Uint8Array> {
    const { request, shown } = this.options;
    const moment = { runId, step: step(Math.max(this.lastStep, shown()?.run.lastStep ?? 0)) };
    return readRange(({ pages }) => request('readPages', { ...moment, pages }), moment, range);
  }

  /** @returns whether the run is still shown */
  private async put(runId: number, start: Address, bytes: Uint8Array, what: string): Promise<boolean> {
    const { request, view, shown } = this.options;
    const { lastStep } = await request('write', { runId, address: start, bytes: [...bytes] });
    if (shown()?.runId !== runId) return false;
    this.lastStep = lastStep;
    if (what !== 'written') view.select(start);
    view.say(`${hex(start)}: ${bytesText(bytes)} ${what}, step ${lastStep}.`);
    return true;
  }
}

function bytesText(bytes: Uint8Array): string {
  if (bytes.length > SAID_BYTES) return count(bytes.length, 'byte');
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(' ');
}

/** Bytes that are written as digits, two each, as they are copied from here and elsewhere: `ca fe`, `0xca, 0xfe`, `cafe`; null for any other text. */
export function bytesOfHex(text: string): Uint8Array | null {
  const parts = text.split(/[\s,;]+/).filter(part => part !== '');
  const digits = parts.map(part => part.replace(/^0x/i, '')).filter(part => part !== '');
  if (parts.length === 0 || digits.length < parts.length || !digits.every(part => /^([\da-f]{2})+$/i.test(part)))
    return null;
  return Uint8Array.from(digits.join('').match(/../g) ?? [], pair => Number.parseInt(pair, 16));
}
