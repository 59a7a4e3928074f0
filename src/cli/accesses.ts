// Single accesses as the JSON documents tell them.
import { typeOf } from '../answers/accessLines.ts';
import type { AccessView, GrowView, ReadView } from '../protocol/access.ts';
import { valueText } from '../protocol/values.ts';
import { originDocument, writeDocument } from './writes.ts';

/** An access with the call that it belongs to. */
export function accessDocument(access: AccessView) {
  const { call } = access;
  switch (access.kind) {
    case 'write':
      return { call, write: writeDocument(access) };
    case 'read':
      return { call, read: readDocument(access) };
    case 'grow':
      return { call, grow: growDocument(access) };
  }
}

function readDocument(read: ReadView) {
  const { step, address, length, value, owner } = read;
  const type = typeOf(read);
  return { step, address, length, type, value: valueText(type, value), owner, ...originDocument(read) };
}

export function growDocument(grow: GrowView) {
  const { step, pages, memoryBytes, owner } = grow;
  return { step, pages, memoryBytes, owner, ...originDocument(grow) };
}
