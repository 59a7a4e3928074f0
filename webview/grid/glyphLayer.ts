// Text of characters that are all of one width, made of glyphs: the browser draws each character once in each look, and its pixels are copied from then
// on. A frame has thousands of characters, and laying out lines of them anew takes a browser longer than all the rest of the frame. A pixel that two
// characters share has the colour of the second.

/** Of one character: where its pixels are, behind its first one in the layer, and their colours as RGBA in the machine's byte order. */
interface Glyph {
  readonly places: Int32Array;
  readonly colors: Int32Array;
}

export interface Look {
  readonly color: string;
  /** As a canvas takes it. */
  readonly font: string;
}

/** Sizes in the screen's own pixels. */
interface LayerSize {
  readonly width: number;
  readonly height: number;
  /** Of the box of a glyph. */
  readonly glyphWidth: number;
  readonly glyphHeight: number;
}

/** Room at either side of a character, for what reaches out of its width. */
const MARGIN = 1;

/** Looks that are kept: those of a theme, with some to spare. */
const MOST_LOOKS = 16;

const SPACE = 0x20;

/** @throws Error with a sentence for the user where there is none */
export function contextOf(canvas: HTMLCanvasElement, willReadFrequently = false): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently });
  if (!context) throw new Error('This window can’t draw: no 2D canvas.');
  return context;
}

/** Those of a look, each drawn when it is first asked for. */
class Glyphs {
  /** By UTF-16 code unit. */
  private readonly drawn: (Glyph | undefined)[] = [];

  constructor(private readonly draw: (character: string) => Glyph) {}

  of(code: number): Glyph {
    const known = this.drawn[code];
    if (known) return known;
    const glyph = this.draw(String.fromCharCode(code));
    this.drawn[code] = glyph;
    return glyph;
  }
}

export class GlyphLayer {
  private readonly canvas = document.createElement('canvas');
  private readonly context = contextOf(this.canvas);
  private readonly scratch = contextOf(document.createElement('canvas'), true);
  private readonly looks = new Map<string, Glyphs>();
  private image = new ImageData(1, 1);
  private pixels = new Int32Array(this.image.data.buffer);
  private size: LayerSize = { width: 0, height: 0, glyphWidth: 0, glyphHeight: 0 };
  private scale = 0;
  private charWidth = 0;

  /**
   * Begins a frame: the layer is empty, and has the size of a canvas. Lengths are in CSS pixels but for `scale`.
   * @param scale the screen's pixels in one of CSS
   */
  begin(canvas: HTMLCanvasElement, scale: number, charWidth: number, rowHeight: number): void {
    const glyphWidth = Math.ceil(charWidth * scale) + 2 * MARGIN;
    const glyphHeight = Math.ceil(rowHeight * scale);
    // Characters at the edges may reach over them.
    const size = {
      width: canvas.width + 2 * glyphWidth,
      height: canvas.height + 2 * glyphHeight,
      glyphWidth,
      glyphHeight,
    };
    const { width, height, glyphHeight: heightBefore } = this.size;
    const isSame = size.width === width && size.height === height && glyphHeight === heightBefore;
    if (isSame && scale === this.scale && charWidth === this.charWidth) {
      this.pixels.fill(0);
      return;
    }
    this.size = size;
    this.scale = scale;
    this.charWidth = charWidth;
    this.looks.clear();
    this.image = new ImageData(size.width, size.height);
    this.pixels = new Int32Array(this.image.data.buffer);
    this.canvas.width = size.width;
    this.canvas.height = size.height;
  }

  /** Text with its left edge at `x`, around the line `middle`, in CSS pixels. What lies outside of the layer is left out. */
  text(text: string, look: Look, x: number, middle: number): void {
    const { size, pixels, scale, charWidth } = this;
    const glyphs = this.glyphsOf(look);
    const top = Math.round(middle * scale - size.glyphHeight / 2) + size.glyphHeight;
    if (top < 0 || top + size.glyphHeight > size.height) return;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code === SPACE) continue;
      const left = Math.round((x + index * charWidth) * scale) - MARGIN + size.glyphWidth;
      if (left < 0 || left + size.glyphWidth > size.width) continue;
      const first = top * size.width + left;
      const { places, colors } = glyphs.of(code);
      for (let i = 0; i < places.length; i++) pixels[first + (places[i] ?? 0)] = colors[i] ?? 0;
    }
  }

  /** Ends the frame: puts the layer over what is on the canvas, whose unit is its pixel. */
  drawOn(context: CanvasRenderingContext2D): void {
    this.context.putImageData(this.image, 0, 0);
    context.drawImage(this.canvas, -this.size.glyphWidth, -this.size.glyphHeight);
  }

  private glyphsOf(look: Look): Glyphs {
    const key = `${look.color} ${look.font}`;
    const known = this.looks.get(key);
    if (known) return known;
    if (this.looks.size >= MOST_LOOKS) this.looks.clear();
    const glyphs = new Glyphs(character => this.draw(character, look));
    this.looks.set(key, glyphs);
    return glyphs;
  }

  private draw(character: string, { color, font }: Look): Glyph {
    const { scratch: c, scale } = this;
    const { glyphWidth: width, glyphHeight: height } = this.size;
    c.canvas.width = width; // which clears it, and takes all that was set
    c.canvas.height = height;
    c.setTransform(scale, 0, 0, scale, 0, 0);
    c.textBaseline = 'middle';
    c.font = font;
    c.fillStyle = color;
    c.fillText(character, MARGIN / scale, height / 2 / scale);
    const pixels = new Int32Array(c.getImageData(0, 0, width, height).data.buffer);
    const seen = [...pixels.keys()].filter(at => pixels[at] !== 0);
    return {
      places: Int32Array.from(seen, at => Math.floor(at / width) * this.size.width + (at % width)),
      colors: Int32Array.from(seen, at => pixels[at] ?? 0),
    };
  }
}
