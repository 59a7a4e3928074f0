// Actions of the extension host for the user: commands, copies, files, the way to another write.

import type { NearestDifference } from '../../src/protocol/access.ts';
import type { PlaceEdit } from '../../src/protocol/keptPlaces.ts';
import type { HostRequests, PanelCommand } from '../../src/protocol/panel.ts';
import { count, messageOf } from '../../src/protocol/text.ts';
import type { Address } from '../../src/protocol/units.ts';
import { neighbourRange } from '../data/changedRanges.ts';
import type { Direction } from '../data/moments.ts';
import { COPY_LIMIT, type CopyFormat, formatBytes } from './copyFormats.ts';
import { readRange } from './readRange.ts';
import type { RunData } from './runData.ts';
import type { View } from './view.ts';

/** Formats that are not told by their own name. */
const COPIED_AS: Partial<Record<CopyFormat, string>> = { c: 'C array', ihex: 'Intel HEX' };

/** Sends a request to the extension host. */
export type HostRequest = <Name extends keyof HostRequests>(
  name: Name,
  params: HostRequests[Name]['params'],
) => Promise<HostRequests[Name]['result']>;

export interface HostOptions {
  readonly request: HostRequest;
  readonly view: View;
  readonly data: RunData;
  /** The user gave a command: an earlier failure is no longer shown. */
  readonly commanded: () => void;
  /** An action failed; the message is the host's. */
  readonly failed: (message: string) => void;
}

export class Host {
  constructor(private readonly options: HostOptions) {}

  command(command: PanelCommand): void {
    this.options.commanded();
    void this.attempt(() => this.options.request('command', command));
  }

  /** Copies the selected bytes as they are at the shown step. */
  copySelection(format: CopyFormat): void {
    const { request, view, data } = this.options;
    const { range } = view.selection;
    const moment = data.memory?.moment;
    if (!moment) return;
    if (range.length > COPY_LIMIT) {
      view.say('More than 1 MiB is selected: save the range to a file instead.');
      return;
    }
    void this.attempt(async () => {
      const bytes = await readRange(({ pages }) => request('readPages', { ...moment, pages }), moment, range);
      await request('copyText', { text: formatBytes(bytes, format, range.start) });
      view.say(`${count(range.length, 'byte')} copied as ${COPIED_AS[format] ?? format}.`);
    });
  }

  /** Changes what is kept for the module. */
  editPlaces(edit: PlaceEdit): void {
    const { request, data } = this.options;
    if (!data.memory) return;
    const { runId } = data.memory.moment;
    void this.attempt(() => request('editPlaces', { runId, edit }));
  }

  /** Lets the user choose a file for the selected bytes, as they are or as Intel HEX. */
  saveSelection(format?: 'ihex'): void {
    const { request, view, data } = this.options;
    const { start, length } = view.selection.range;
    if (!data.memory) return;
    const { runId, step } = data.memory.moment;
    void this.attempt(() => request('saveRange', { runId, step, address: start, length, ...(format && { format }) }));
  }

  /** Shows files that were dropped on the panel. */
  openDropped(uris: readonly string[]): void {
    this.options.commanded();
    void this.attempt(() => this.options.request('openDropped', { uris }));
  }

  /** Opens the file of templates in an editor, at a place in it (both from 1). */
  openTemplates(line: number, column: number): void {
    void this.attempt(() => this.options.request('openTemplates', { line, column }));
  }

  /** Shows memory at the next or previous write to the selected byte. */
  goToNeighbourWrite(direction: Direction): void {
    const { request, view, data } = this.options;
    const { address } = view.selection;
    const moment = data.memory?.moment;
    if (!moment) return;
    const { runId, step } = moment;
    void this.attempt(async () => {
      const write = await request('neighbourWrite', { runId, step, address, direction });
      const shown = data.memory?.moment;
      // The user has moved on.
      if (shown?.runId !== runId || shown.step !== step || view.selection.address !== address) return;
      if (write) view.goTo(() => ({ step: write.step, call: write.call }));
      else view.say(`There is no ${direction === 'next' ? 'later' : 'earlier'} write to this byte.`);
    });
  }

  /** Selects the nearest bytes in a direction that are others than at the step that is compared with, going round at the end. */
  goToDifference(direction: Direction): void {
    const { request, view, data } = this.options;
    const { marked } = view;
    const moment = data.memory?.moment;
    if (!moment || marked === null) return;
    const { runId, step } = moment;
    const from = view.selection.range.start;
    void this.attempt(async () => {
      // From the selection to the end, then all of memory: that finds the selection itself where nothing else differs.
      for (const begin of [from, null]) {
        for (let at: Address | null | 'done' = begin; at !== 'done'; ) {
          const answer: NearestDifference = await request('nearestDifference', {
            runId,
            step,
            since: marked,
            from: at,
            direction,
          });
          const shown = data.memory?.moment;
          // The user has moved on.
          if (shown?.runId !== runId || shown.step !== step || view.marked !== marked) return;
          if (answer.found) {
            const { address, length } = answer.found;
            view.jumpToRange({ start: address, length });
            return;
          }
          at = answer.next ?? 'done';
        }
      }
      view.say(`Memory is as at step ${marked}.`);
    });
  }

  /** Selects the next bytes that the selected call changed, or those before, going round at the end. */
  goToChange(direction: Direction): void {
    const { view, data } = this.options;
    const { changed } = data.happened;
    if (!changed) return;
    const { range } = view.selection;
    const there = neighbourRange(changed, range.start, direction);
    if (there) view.jumpToRange(there);
    else view.say(view.place.call === null ? 'No call is selected.' : 'The selected call changed nothing in memory.');
  }

  private async attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.options.failed(messageOf(error));
    }
  }
}
