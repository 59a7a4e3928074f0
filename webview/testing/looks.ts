// What a person would see at once to be wrong with a page: cut texts, overlaps, small targets. Measured, one line for each.

/** An element's box or a line of text in it, as far as what clips it leaves it in view. */
interface Seen {
  readonly element: Element;
  readonly box: DOMRect;
  /** What is in view of it. */
  readonly view: Rect;
  /** The element that clips it at its sides, and the one that clips it above or below; null for none. */
  readonly cutBy: Cutters;
}

interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Cutters {
  readonly across: Element | null;
  readonly along: Element | null;
}

/** Rounding of boxes to the screen's pixels, and the slant of letters, are no faults: so many CSS pixels are let pass. */
const SLACK = 1.5;
/** The least width and height of what is clicked, in CSS pixels. */
const TARGET = 20;
const CONTROLS =
  'button, input, select, vscode-button, vscode-dropdown, vscode-text-field, summary, [role=tab], [role=slider], [role=option]';
/** Lists that scroll by themselves: their first and last rows are in view in part. */
const LISTS = '.scroller, wsm-virtual-list';
/** What is as wide as what it stands for; the keyboard and zooming reach it, too. */
const TO_SCALE = '.region, .bars';
/** What lies over other things by intent. */
const OVER = '[role=menu], [role=dialog], [role=tooltip], .over';

/** The parent as it is laid out: through slots and out of components. */
export function parentOf(element: Element): Element | null {
  if (element.assignedSlot) return element.assignedSlot;
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

export function ancestorsOf(element: Element): Element[] {
  const found: Element[] = [];
  for (let each = parentOf(element); each; each = parentOf(each)) found.push(each);
  return found;
}

/** All elements below a root, also those inside of components. */
export function descendants(root: Element | ShadowRoot): Element[] {
  return [...root.querySelectorAll('*')].flatMap(element =>
    element.shadowRoot ? [element, ...descendants(element.shadowRoot)] : [element],
  );
}

/** Like `closest`, out of components, too. */
export function closestOf(element: Element, selector: string): Element | null {
  return [element, ...ancestorsOf(element)].find(each => each.matches(selector)) ?? null;
}

const isInView = ({ left, top, right, bottom }: Rect): boolean => right - left > SLACK && bottom - top > SLACK;

const meet = (a: Rect, b: Rect): Rect => ({
  left: Math.max(a.left, b.left),
  top: Math.max(a.top, b.top),
  right: Math.min(a.right, b.right),
  bottom: Math.min(a.bottom, b.bottom),
});

/** An element that cuts what stands out of it, and how it does so in either direction. */
interface Clip {
  readonly element: Element;
  readonly edge: Rect;
  readonly across: 'no' | 'scrolls' | 'cuts';
  readonly along: 'no' | 'scrolls' | 'cuts';
}

const CLIPS = { visible: 'no', auto: 'scrolls', scroll: 'scrolls' } as const;
const clipOf = (overflow: string): Clip['across'] =>
  Object.entries(CLIPS).find(([name]) => name === overflow)?.[1] ?? 'cuts';

/** The elements of a page that cut others, each found once. */
class Clips {
  private readonly found = new Map<Element, readonly Clip[]>();

  constructor(private readonly root: Element) {}

  /** Those around an element, itself the first, up to the root. */
  around(element: Element): readonly Clip[] {
    const before = this.found.get(element);
    if (before) return before;
    const { overflowX, overflowY, position, display } = getComputedStyle(element);
    const own: Clip = {
      element,
      edge: element.getBoundingClientRect(),
      across: clipOf(overflowX),
      along: element.matches(LISTS) ? 'scrolls' : clipOf(overflowY),
    };
    const parent = element === this.root || position === 'fixed' ? null : parentOf(element);
    const clips = [
      ...(display === 'inline' || (own.across === 'no' && own.along === 'no') ? [] : [own]),
      ...(parent ? this.around(parent) : []),
    ];
    this.found.set(element, clips);
    return clips;
  }

  /** What is in view of a box in an element, and who cuts it. What scrolls cuts nothing: the rest can be scrolled to. */
  seen(element: Element, box: DOMRect): Seen {
    let view = meet(box, this.root.getBoundingClientRect());
    const cutBy: { across: Element | null; along: Element | null } = { across: null, along: null };
    for (const { element: by, edge, across, along } of this.around(element)) {
      const isWide = box.right > edge.right + SLACK || box.left < edge.left - SLACK;
      const isHigh = box.bottom > edge.bottom + SLACK || box.top < edge.top - SLACK;
      if (across === 'cuts' && isWide) cutBy.across ??= by;
      if (along === 'cuts' && isHigh) cutBy.along ??= by;
      if (across !== 'no') view = meet(view, { ...view, left: edge.left, right: edge.right });
      if (along !== 'no') view = meet(view, { ...view, top: edge.top, bottom: edge.bottom });
    }
    return { element, box, view, cutBy };
  }
}

export const isHidden = (element: Element): boolean =>
  !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ||
  closestOf(element, '.unseen, [hidden], .of-call') !== null;

/** All lines of text, each with its element. */
function lines(elements: readonly Element[], clips: Clips): Seen[] {
  const range = document.createRange();
  return elements.flatMap(element =>
    [...element.childNodes].flatMap(node => {
      if (!(node instanceof Text) || node.data.trim() === '' || isHidden(element)) return [];
      range.selectNodeContents(node);
      return [...range.getClientRects()].filter(isInView).map(box => clips.seen(element, box));
    }),
  );
}

/** An element as a person who mends it finds it. */
export function nameOf(element: Element): string {
  const path = [element, ...ancestorsOf(element)].slice(0, 4).reverse();
  const text = (element.ariaLabel ?? element.textContent ?? '').replace(/\s+/g, ' ').trim();
  const names = path.map(
    ({ localName, classList }) => localName + (classList.length > 0 ? `.${[...classList].join('.')}` : ''),
  );
  return `${names.join(' ')} “${text.slice(0, 50)}”`;
}

/** Regions of the layout tell about themselves below the map. */
const hasTip = (element: Element): boolean =>
  closestOf(element, '.region') !== null ||
  [element, ...ancestorsOf(element)].some(each => each instanceof HTMLElement && each.title !== '');

/** Text that ends without saying so, or without a way to read all of it. */
function cutTexts(texts: readonly Seen[], root: Element): string[] {
  return texts.flatMap(({ element, view, cutBy }) => {
    if (!isInView(view)) return [];
    if (cutBy.along && cutBy.along !== root)
      return [`cut above or below by ${nameOf(cutBy.along)}: ${nameOf(element)}`];
    if (!cutBy.across) return [];
    if (getComputedStyle(cutBy.across).textOverflow !== 'ellipsis')
      return [`cut without an ellipsis: ${nameOf(element)}`];
    return hasTip(element) ? [] : [`cut, and no tip says the rest: ${nameOf(element)}`];
  });
}

const isPartOf = (inner: Element, outer: Element): boolean => ancestorsOf(inner).includes(outer);

/** Two things in one place, neither of which is a part of the other. */
function overlaps(things: readonly Seen[]): string[] {
  const inView = things.filter(({ view }) => isInView(view)).sort((a, b) => a.view.top - b.view.top);
  const layers = new Map(inView.map(({ element }) => [element, closestOf(element, OVER)]));
  return inView.flatMap((one, i) => {
    const found: string[] = [];
    for (let j = i + 1; j < inView.length; j++) {
      const other = inView[j];
      if (!other || other.view.top >= one.view.bottom - SLACK) break;
      if (one.element === other.element || layers.get(one.element) !== layers.get(other.element)) continue;
      const common = meet(one.view, other.view);
      if (common.right - common.left <= SLACK || common.bottom - common.top <= 2 * SLACK) continue;
      if (isPartOf(one.element, other.element) || isPartOf(other.element, one.element)) continue;
      found.push(`overlap: ${nameOf(one.element)} and ${nameOf(other.element)}`);
    }
    return found;
  });
}

/** What is clicked for a control: its label, too; parts of the toolkit's are clicked as a whole. */
function targetOf(element: Element): Element {
  const root = element.getRootNode();
  if (root instanceof ShadowRoot && root.host.localName.startsWith('vscode-')) return root.host;
  return element.closest('label') ?? element;
}

/** Controls that are cut at their sides, or are hard to hit. A link in a sentence is as high as its line. */
function badControls(controls: readonly Seen[]): string[] {
  return controls.flatMap(({ element, box, view, cutBy }) => {
    if (!isInView(view)) return [];
    // A link in a text that ends with an ellipsis is text.
    const isInCutText =
      cutBy.across && element.matches('.link') && getComputedStyle(cutBy.across).textOverflow === 'ellipsis';
    if (cutBy.across && !isInCutText)
      return [`a control is cut at its side by ${nameOf(cutBy.across)}: ${nameOf(element)}`];
    const isInText = closestOf(element, `p, .link, ${TO_SCALE}`) !== null;
    if (isInText || (box.width >= TARGET && box.height >= TARGET)) return [];
    return [`a control of ${Math.round(box.width)} × ${Math.round(box.height)}: ${nameOf(element)}`];
  });
}

/**
 * What is wrong with the geometry of what a root shows, which fills the page.
 * @param scrolls selector of what may be wider than its room, as code is
 */
export function geometryFaults(root: HTMLElement, scrolls: string): string[] {
  const elements = descendants(root.shadowRoot ?? root);
  const clips = new Clips(root);
  const texts = lines(elements, clips);
  const controls = elements
    .filter(element => element.matches(CONTROLS) && !isHidden(element))
    .map(element => clips.seen(element, targetOf(element).getBoundingClientRect()));
  const wide = [root, ...elements].filter(
    element =>
      element.scrollWidth > element.clientWidth + 1 &&
      ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) &&
      !closestOf(element, scrolls),
  );
  return [
    ...wide.map(element => `wider than its room by ${element.scrollWidth - element.clientWidth}: ${nameOf(element)}`),
    ...cutTexts(texts, root),
    ...overlaps([...texts, ...controls]),
    ...badControls(controls),
  ];
}
