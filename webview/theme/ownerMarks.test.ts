import { expect, test } from 'vitest';
import { ownerStrokes, ownerVariable, type Stroke } from './ownerMarks.ts';

// never, initial, host, unrecorded, then the instances
const CODES = Array.from({ length: 4 + 56 }, (_, code) => code);

test('colour and line together tell 56 instances and everybody else apart', () => {
  const looks = CODES.map(code => ownerVariable(code) + JSON.stringify(ownerStrokes(code)));
  expect(new Set(looks).size).toBe(CODES.length);
});

test('the line alone tells the first seven instances and everybody else apart', () => {
  const lines = CODES.slice(0, 4 + 7).map(code => JSON.stringify(ownerStrokes(code)));
  expect(new Set(lines).size).toBe(lines.length);
});

const [WIDTH, HEIGHT] = [64, 5];

/** The mark as the canvas draws it in black: how dark each pixel is, 0 to 255. */
function drawn(strokes: readonly Stroke[]): Uint8ClampedArray {
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  for (const { rise, thickness, dash } of strokes) {
    context.lineWidth = thickness;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(0, HEIGHT - rise);
    context.lineTo(WIDTH, HEIGHT - rise);
    context.stroke();
  }
  return context.getImageData(0, 0, WIDTH, HEIGHT).data.filter((_, i) => i % 4 === 3);
}

/** The share of pixels that differ, wherever the dashes of the second begin. */
function difference(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  const shifted = (by: number): number => {
    let different = 0;
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const [p, q] = [a[y * WIDTH + x] ?? 0, b[y * WIDTH + ((x + by) % WIDTH)] ?? 0];
        if (Math.abs(p - q) > 100) different++;
      }
    }
    return different / (WIDTH * HEIGHT);
  };
  return Math.min(...Array.from({ length: 16 }, (_, by) => shifted(by)));
}

test('in grey, any two of 17 consecutive instances look different, and none like the host or initial data', () => {
  const marks = [1, 2, 3, ...Array.from({ length: 17 }, (_, instance) => 4 + instance)].map(code => ({
    code,
    pixels: drawn(ownerStrokes(code)),
  }));
  const alike = marks.flatMap(({ code, pixels }, i) =>
    marks.slice(i + 1).flatMap(other => {
      const share = difference(pixels, other.pixels);
      return share < 0.06 ? [`${code} and ${other.code}: ${share.toFixed(3)}`] : [];
    }),
  );
  expect(alike).toEqual([]);
});
