// Whether the keyboard's focus is seen on each control.
import { focused } from '../controls/focused.ts';
import { colorOf, contrast, type Grounds } from './contrast.ts';
import { ancestorsOf, descendants, isHidden, nameOf } from './looks.ts';

/** What tells the focus on an element: an outline, a border or a shadow of it, or of what is drawn in it. */
const LOOKS = [
  'outlineStyle',
  'outlineWidth',
  'outlineColor',
  'borderTopColor',
  'boxShadow',
  'backgroundColor',
] as const;

/** Of what is inside of a control, so much is looked at. */
const SEARCHED = 300;

type Look = Readonly<Record<string, string>>;

function lookOf(element: Element): Look[] {
  const inner = element.shadowRoot ? descendants(element.shadowRoot) : [...element.querySelectorAll('*')];
  return [element, ...ancestorsOf(element).slice(0, 3), ...inner.slice(0, SEARCHED)].flatMap(each =>
    [null, '::after'].map(pseudo => {
      const style = getComputedStyle(each, pseudo);
      const look = Object.fromEntries(LOOKS.map(name => [name, style[name]]));
      // An outline that is not drawn has no colour.
      return look.outlineStyle === 'none' ? { ...look, outlineWidth: '', outlineColor: '' } : look;
    }),
  );
}

const isReached = (element: Element): boolean =>
  element instanceof HTMLElement &&
  (element.tabIndex >= 0 || element.getAttribute('tabindex') === '-1') &&
  element.matches(
    'button, input, select, summary, [tabindex], vscode-button, vscode-dropdown, vscode-text-field, a[href]',
  ) &&
  !element.matches(':disabled, [disabled]') &&
  !isHidden(element);

/** Kinds of controls that were looked at, in any state: others of a kind have the same rules. */
export type Kinds = Set<string>;

const kindOf = (element: Element): string =>
  nameOf(element)
    .replace(/“.*/, '')
    .replace(/instance-\d+/g, '');

/** A ring is between what is inside of it and what is around: it is seen before either. */
const isSeen = (ring: ReturnType<typeof colorOf>, element: Element, root: Element, grounds: Grounds): boolean =>
  [element, ...ancestorsOf(element).slice(0, 1), root].some(each => contrast(ring, grounds.behind(each)) >= 3);

/** Controls that look the same with the focus and without, or whose ring is hard to see. */
export function focusFaults(root: HTMLElement, kinds: Kinds, grounds: Grounds): string[] {
  const faults: string[] = [];
  // What a state opened has the focus already.
  focused()?.blur();
  for (const element of descendants(root.shadowRoot ?? root)) {
    if (!isReached(element) || !(element instanceof HTMLElement)) continue;
    const kind = kindOf(element);
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    const before = lookOf(element);
    element.focus({ preventScroll: true });
    if (!element.matches(':focus')) continue;
    for (const animation of element.getAnimations({ subtree: true })) animation.finish();
    const after = lookOf(element);
    const changed = after.find((look, i) => LOOKS.some(name => look[name] !== before[i]?.[name]));
    element.blur();
    if (!changed) faults.push(`the focus is not seen: ${nameOf(element)}`);
    else if (changed.outlineColor && !isSeen(colorOf(changed.outlineColor), element, root, grounds))
      faults.push(`the ring of the focus is faint (${changed.outlineColor}): ${nameOf(element)}`);
  }
  return faults;
}
