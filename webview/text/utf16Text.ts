// The text in UTF-16 that starts at the selected byte.
import { escapeControls, type Utf8Text } from './utf8Text.ts';

/** As of UTF-8: where it stops to be one, and whether a NUL ended it. `offset` counts bytes. */
export type Utf16Text = Utf8Text;

/** Decodes up to the first NUL. What has an unpaired surrogate is no UTF-16 from there on. */
export function decodeUtf16(bytes: Uint8Array, littleEndian: boolean): Utf16Text {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const units: number[] = [];
  for (let at = 0; at + 2 <= bytes.length; at += 2) {
    const unit = view.getUint16(at, littleEndian);
    if (unit === 0) return { kind: 'text', text: textOf(units), ended: 'nul' };
    if (isHigh(unit)) {
      if (at + 4 > bytes.length) break;
      const low = view.getUint16(at + 2, littleEndian);
      if (!isLow(low)) return { kind: 'invalid', text: textOf(units), offset: at };
      units.push(unit, low);
      at += 2;
    } else if (isLow(unit)) return { kind: 'invalid', text: textOf(units), offset: at };
    else units.push(unit);
  }
  return { kind: 'text', text: textOf(units), ended: 'cut' };
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;
const textOf = (units: readonly number[]): string => escapeControls(String.fromCharCode(...units));
