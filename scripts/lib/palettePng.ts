// PNG pictures of 64 colours: a third of what a browser writes, and what few colours there are in a user interface stay.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLORS = 64;

interface Picture {
  readonly width: number;
  readonly height: number;
  /** One number a pixel: red, green and blue, of eight bits each. */
  readonly pixels: Uint32Array;
}

/** The same picture with the 64 colours that most of its pixels have; others become the nearest of these. */
export function withPalette(png: Buffer): Buffer {
  const { width, height, pixels } = decode(png);
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)).slice(0, COLORS);
  const indices = new Map([...counts.keys()].map(color => [color, nearest(palette, color)]));
  const rows = Buffer.alloc(height * (width + 1)); // each row begins with its filter: none
  for (let at = 0; at < pixels.length; at++)
    rows[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = indices.get(pixels[at]) ?? 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // bits of an index; colours by a palette
  const colors = Buffer.from(palette.flatMap(color => channels(color)));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colors),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const channels = (color: number): [red: number, green: number, blue: number] => [
  color >> 16,
  (color >> 8) & 0xff,
  color & 0xff,
];

function nearest(palette: readonly number[], color: number): number {
  const [red, green, blue] = channels(color);
  let found = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, other] of palette.entries()) {
    const [r, g, b] = channels(other);
    const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (distance < least) [found, least] = [index, distance];
  }
  return found;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Of a PNG as Chromium writes it: eight bits a channel, red, green, blue and perhaps opacity, not interlaced. */
export function decode(png: Buffer): Picture {
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const [depth, kind, , , interlaced] = png.subarray(24, 29);
  if (depth !== 8 || (kind !== 2 && kind !== 6) || interlaced !== 0) throw new Error('not a picture of a browser');
  const size = kind === 2 ? 3 : 4;
  const bytes = unfiltered(inflateSync(Buffer.concat(data)), width * size, size);
  const pixels = Uint32Array.from({ length: width * height }, (_, at) => bytes.readUIntBE(at * size, 3));
  return { width, height, pixels };
}

/** Undoes the filters of the rows (PNG specification, 9.2). @param before distance of the byte to the left in bytes */
function unfiltered(rows: Buffer, rowBytes: number, before: number): Buffer {
  const height = rows.length / (rowBytes + 1);
  const bytes = Buffer.alloc(height * rowBytes);
  for (let row = 0; row < height; row++) {
    const filter = rows[row * (rowBytes + 1)];
    for (let column = 0; column < rowBytes; column++) {
      const at = row * rowBytes + column;
      const left = column < before ? 0 : bytes[at - before];
      const up = row === 0 ? 0 : bytes[at - rowBytes];
      const corner = row === 0 || column < before ? 0 : bytes[at - rowBytes - before];
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      bytes[at] = rows[row * (rowBytes + 1) + 1 + column] + predicted;
    }
  }
  return bytes;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [fromLeft, fromUp, fromCorner] = [left, up, corner].map(each => Math.abs(estimate - each));
  if (fromLeft <= fromUp && fromLeft <= fromCorner) return left;
  return fromUp <= fromCorner ? up : corner;
}
