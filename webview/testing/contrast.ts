// Contrast of what is read, by WCAG's formula: of texts in the document, and of those that a canvas is given.
import { ancestorsOf, closestOf, descendants, isHidden, nameOf } from './looks.ts';

/** Parts of red, green and blue from 0 to 1, and how opaque. */
type Color = readonly [red: number, green: number, blue: number, alpha: number];

const TRANSPARENT: Color = [0, 0, 0, 0];
/** What text needs, large text and graphics. */
const TEXT = 4.5;
const LARGE = 3;

const known = new Map<string, Color>();

/** A colour as a browser computes it, or as a theme writes it. */
export function colorOf(text: string): Color {
  const before = known.get(text);
  if (before) return before;
  const hex = /^#(\p{Hex}{2})(\p{Hex}{2})(\p{Hex}{2})$/u.exec(text);
  const computed = /^(rgba?|color)\((?:srgb )?([^)]*)\)$/.exec(text);
  const parts = hex
    ? hex.slice(1).map(part => Number.parseInt(part, 16) / 255)
    : (computed?.[2] ?? '')
        .split(/[\s,/]+/)
        .map(Number)
        .map((part, i) => (i < 3 && computed?.[1] !== 'color' ? part / 255 : part));
  const [red, green, blue, alpha = 1] = parts;
  if (red === undefined || green === undefined || blue === undefined || parts.some(Number.isNaN))
    throw new Error(`no colour that is known: ${text}`);
  const color: Color = [red, green, blue, alpha];
  known.set(text, color);
  return color;
}

/** One colour over another. */
export function over([r, g, b, alpha]: Color, [red, green, blue]: Color): Color {
  const mix = (top: number, below: number): number => top * alpha + below * (1 - alpha);
  return [mix(r, red), mix(g, green), mix(b, blue), 1];
}

function luminance([red, green, blue]: Color): number {
  const linear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** From 1 to 21. @param text may be translucent */
export function contrast(text: Color, ground: Color): number {
  const [a, b] = [luminance(over(text, ground)), luminance(ground)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Of each element that was looked at since the theme changed. */
export class Grounds {
  private readonly found = new Map<Element, Color>();

  /** What is behind an element's text: all backgrounds, the outermost first. */
  behind(element: Element): Color {
    const before = this.found.get(element);
    if (before) return before;
    const own = colorOf(getComputedStyle(element).backgroundColor);
    const [parent] = ancestorsOf(element);
    const ground = own[3] === 1 ? own : over(own, parent ? this.behind(parent) : TRANSPARENT);
    this.found.set(element, ground);
    return ground;
  }
}

const isDisabled = (element: Element): boolean =>
  closestOf(element, ':disabled, [disabled], [aria-disabled=true]') !== null;

const opacityOf = (element: Element): number =>
  [element, ...ancestorsOf(element)].reduce((all, each) => all * Number(getComputedStyle(each).opacity), 1);

const round = (value: number): string => value.toFixed(2);

/** Texts that are hard to read before what is behind them. */
export function contrastFaults(root: HTMLElement, grounds: Grounds): string[] {
  return descendants(root.shadowRoot ?? root).flatMap(element => {
    const isText = [...element.childNodes].some(node => node instanceof Text && node.data.trim() !== '');
    const isIcon = element.localName === 'svg' && closestOf(element, 'button, vscode-button') !== null;
    if ((!isText && !isIcon) || isHidden(element) || isDisabled(element)) return [];
    const style = getComputedStyle(element);
    const [red, green, blue, alpha] = colorOf(style.color);
    if (alpha === 0) return []; // it is not shown
    const size = Number.parseFloat(style.fontSize);
    const isLarge = isIcon || size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const found = contrast([red, green, blue, alpha * opacityOf(element)], grounds.behind(element));
    return found >= (isLarge ? LARGE : TEXT) ? [] : [`contrast of ${round(found)}: ${nameOf(element)}`];
  });
}

/** What canvases were given since then: colours of texts, and tints. */
export class CanvasColors {
  private readonly texts = new Map<HTMLCanvasElement, Set<string>>();
  private readonly tints = new Map<HTMLCanvasElement, Set<string>>();

  /** Notes what is drawn from now on. Returns a function that ends it. */
  watch(): () => void {
    const { texts, tints } = this;
    const { fillText, fillRect } = CanvasRenderingContext2D.prototype;
    const note = (kept: typeof texts, context: CanvasRenderingContext2D): void => {
      const of = kept.get(context.canvas) ?? new Set();
      of.add(`${context.fillStyle} ${context.globalAlpha}`);
      kept.set(context.canvas, of);
    };
    CanvasRenderingContext2D.prototype.fillText = function (...given) {
      note(texts, this);
      return fillText.apply(this, given);
    };
    CanvasRenderingContext2D.prototype.fillRect = function (...given) {
      if (this.globalAlpha < 1) note(tints, this);
      return fillRect.apply(this, given);
    };
    return () => Object.assign(CanvasRenderingContext2D.prototype, { fillText, fillRect });
  }

  clear(): void {
    this.texts.clear();
    this.tints.clear();
  }

  /** Texts that are hard to read on their canvas; the most legible one is drawn over tints, too. */
  faults(grounds: Grounds): string[] {
    return [...this.texts].flatMap(([canvas, texts]) => {
      if (!canvas.isConnected) return [];
      const ground = grounds.behind(canvas);
      const found = [...texts].map(text => ({ text, contrast: contrast(drawn(text), ground) }));
      const [best] = found.toSorted((a, b) => b.contrast - a.contrast);
      const onTints = [...(this.tints.get(canvas) ?? [])].map(tint => ({
        text: `${best?.text} on ${tint}`,
        contrast: contrast(drawn(best?.text ?? ''), over(drawn(tint), ground)),
      }));
      return [...found, ...onTints]
        .filter(each => each.contrast < TEXT)
        .map(each => `contrast of ${round(each.contrast)} on a canvas: ${each.text} in ${nameOf(canvas)}`);
    });
  }
}

/** A colour as a canvas was given it, with how opaque it draws. */
function drawn(text: string): Color {
  const at = text.lastIndexOf(' ');
  const [red, green, blue, alpha] = colorOf(text.slice(0, at));
  return [red, green, blue, alpha * Number(text.slice(at))];
}
