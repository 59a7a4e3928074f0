// The answer of `who`: as one line, and as the JSON document that schemas/who.schema.json describes.
import type { LastChange, Owner, RunSnapshot, WriteView } from '../protocol/run.ts';
import { count, hex } from '../protocol/text.ts';
import type { Address, Step } from '../protocol/units.ts';
import { recordingDocument } from './json.ts';
import { storedType, valueText } from './storedValue.ts';
import { writeDocument } from './writes.ts';

/** Bytes of a longer write that the line shows. */
const SHOWN_BYTES = 8;

/** The question, and what the recording answers. */
export interface Answer {
  readonly address: Address;
  readonly step: Step;
  readonly change: LastChange;
}

/** `0x548 at step 16: #2 in add_23+0x12 (i32.store), step 16, call 16, 333 -> 356` */
export function answerLine({ address, step, change }: Answer, run: RunSnapshot): string {
  return `${hex(address)} at step ${step}: ${changeText(change, address, run)}`;
}

function changeText(change: LastChange, address: Address, run: RunSnapshot): string {
  switch (change.kind) {
    case 'write':
      return writeText(change.write, address);
    case 'call':
      return callText(change.index, run);
    case 'initial':
      return 'initial data';
    case 'never':
      return 'never written';
    case 'dropped':
      return `written before step ${run.firstStep}, from where on history is kept`;
  }
}

function writeText(write: WriteView, asked: Address): string {
  const { site, call, length } = write;
  const type = storedType(site?.instruction ?? null, length);
  const where = site ? ` in ${site.function}+${hex(site.functionOffset)} (${site.instruction})` : '';
  // Where the value is a number of which the byte is the first, the address says it all.
  const range =
    type === 'bytes' || write.address !== asked ? [`${count(length, 'byte')} from ${hex(write.address)}`] : [];
  const values = [write.before, write.after].map(bytes =>
    length <= SHOWN_BYTES ? valueText(type, bytes) : `${valueText(type, bytes.subarray(0, SHOWN_BYTES))} …`,
  );
  return [
    `${ownerText(write.owner)}${where}`,
    `step ${write.step}`,
    call === null ? 'between calls' : `call ${call}`,
    ...range,
    values.join(' -> '),
  ].join(', ');
}

function callText(index: number, { calls }: RunSnapshot): string {
  const call = calls.find(each => each.index === index);
  return call ? `call ${index}, ${call.function} on #${call.instance}` : `call ${index}`;
}

function ownerText(owner: Owner): string {
  switch (owner.kind) {
    case 'instance':
      return `#${owner.instance}`;
    case 'host':
      return 'host';
    case 'unrecorded':
      return 'unrecorded';
    case 'initial':
      return 'initial data';
    case 'never':
      return 'nobody';
  }
}

/** @param file the path as the user gave it, or `bundled` */
export function whoDocument(file: string, { address, step, change }: Answer, run: RunSnapshot) {
  return { file, address, step, ...recordingDocument(run), lastWriter: changeDocument(change, run) };
}

function changeDocument(change: LastChange, { calls }: RunSnapshot) {
  switch (change.kind) {
    case 'write':
      return { kind: change.kind, call: change.write.call, write: writeDocument(change.write) };
    case 'call': {
      const call = calls.find(({ index }) => index === change.index);
      return {
        kind: change.kind,
        call: change.index,
        instance: call?.instance ?? null,
        function: call?.function ?? null,
      };
    }
    default:
      return { kind: change.kind };
  }
}
