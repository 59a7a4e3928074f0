import { expect, test } from 'vitest';
import { GlyphLayer } from './glyphLayer.ts';

const SIZE = 14;
const WIDTH = 300;
const HEIGHT = 60;

/** A canvas in the screen's pixels. */
function newCanvas(scale: number) {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH * scale;
  canvas.height = HEIGHT * scale;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  return { canvas, context, data: () => context.getImageData(0, 0, canvas.width, canvas.height).data };
}

/** Lines as the browser writes them, each character by itself in a place of its own. */
function written(scale: number, lines: readonly Line[]): Uint8ClampedArray {
  const { context: c, data } = newCanvas(scale);
  for (const { text, color, font, x, middle } of lines)
    for (const [index, character] of [...text].entries()) {
      c.setTransform(scale, 0, 0, scale, Math.round((x + index * WIDE) * scale), Math.round(middle * scale));
      c.textBaseline = 'middle';
      c.font = font;
      c.fillStyle = color;
      c.fillText(character, 0, 0);
    }
  return data();
}

interface Line {
  readonly text: string;
  readonly color: string;
  readonly font: string;
  readonly x: number;
  readonly middle: number;
}

const FONT = `${SIZE}px monospace`;
/** Not a whole number of pixels, as that of most fonts. */
const WIDE = 8.43;
const ROW = 22;

const LINES: readonly Line[] = [
  { text: '00000400', color: '#888888', font: FONT, x: 4, middle: 11 },
  { text: 'de ad   be ef ··', color: '#cccccc', font: FONT, x: 90, middle: 11 },
  { text: '1.5e+300', color: 'rgba(204, 204, 204, 0.5)', font: FONT, x: 4, middle: 33 },
  { text: 'W @ g |', color: 'rgb(255, 0, 0)', font: `bold ${FONT}`, x: 90, middle: 33 },
];

function drawn(layer: GlyphLayer, scale: number, lines: readonly Line[]): Uint8ClampedArray {
  const { canvas, context, data } = newCanvas(scale);
  layer.begin(canvas, scale, WIDE, ROW);
  for (const { text, color, font, x, middle } of lines) layer.text(text, { color, font }, x, middle);
  layer.drawOn(context);
  return data();
}

/** How much two pictures differ at most, of 255. */
const difference = (a: Uint8ClampedArray, b: Uint8ClampedArray): number =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? 0))), 0);

const isBlank = (data: Uint8ClampedArray): boolean => data.every(value => value === 0);

test.each([1, 1.5, 2])('text looks as the browser writes it, at %f pixels in one of CSS', scale => {
  const layer = new GlyphLayer();
  const expected = written(scale, LINES);
  expect(isBlank(expected)).toBe(false);
  // Half-transparent colours are rounded when they are taken from the canvas, and put back.
  expect(difference(drawn(layer, scale, LINES), expected)).toBeLessThanOrEqual(3);
  // Once more, from glyphs that are known.
  expect(difference(drawn(layer, scale, LINES), expected)).toBeLessThanOrEqual(3);
});

test('a frame has nothing of the one before, in another size, too', () => {
  const layer = new GlyphLayer();
  drawn(layer, 1, LINES);
  expect(isBlank(drawn(layer, 1, []))).toBe(true);
  expect(difference(drawn(layer, 2, LINES), written(2, LINES))).toBeLessThanOrEqual(3);
  expect(difference(drawn(layer, 1, LINES), written(1, LINES))).toBeLessThanOrEqual(3);
});

test('of rows and characters at the edges what is on the canvas is drawn, and what is far outside is left out', () => {
  const layer = new GlyphLayer();
  const lines = [-40, -3, HEIGHT + 3, HEIGHT + 40].flatMap(middle =>
    [-20, -5, WIDTH - 4, WIDTH + 40].map(x => ({ text: 'W', color: '#ffffff', font: FONT, x, middle })),
  );
  const edges = lines.filter(({ x, middle }) => x > -10 && x < WIDTH && middle > -10 && middle < HEIGHT + 10);
  expect(difference(drawn(layer, 1, lines), written(1, edges))).toBeLessThanOrEqual(3);
  expect(isBlank(drawn(layer, 1, edges))).toBe(false);
});

test('looks are not mixed up, however many there are', () => {
  const layer = new GlyphLayer();
  for (let shade = 0; shade < 40; shade++) {
    const line = { text: 'W', color: `rgb(${shade}, 255, 0)`, font: FONT, x: 4, middle: 11 };
    const data = drawn(layer, 1, [line]);
    const opaque = data.findIndex((value, at) => at % 4 === 3 && value === 255);
    expect([...data.slice(opaque - 3, opaque)]).toEqual([shade, 255, 0]);
  }
});
