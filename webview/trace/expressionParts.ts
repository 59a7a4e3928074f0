// The expression of a call with links where an argument or a result may be an address in its memory.
import { html, type TemplateResult } from 'lit';
import { addressOf, type BegunCall, type CallRecord, type WasmValue } from '../../src/protocol/call.ts';
import { hex } from '../../src/protocol/text.ts';
import { type Address, address } from '../../src/protocol/units.ts';
import { type Radix, valueText } from '../text/callText.ts';

/** How the values of a row are written, and where their links lead. */
export interface ValueLinks {
  /** The run's address, which is written in hexadecimal; null for none. */
  readonly watched: number | null;
  readonly radix: Radix;
  /** Which integers are addresses, as they are unsigned. */
  readonly addresses: readonly number[];
  /** Tab stops at the links: they are of the selected row. Those of other rows are for the pointer. */
  readonly isReached: boolean;
  readonly jump: (to: Address) => void;
}

/** `push(0x548, 3)` */
export function expressionParts(
  call: Pick<BegunCall, 'kind' | 'function' | 'args'>,
  links: ValueLinks,
): TemplateResult | string {
  if (call.kind === 'instantiation') return 'instantiation';
  return html`${call.function}(${linkedValues(call.args, links)})`;
}

/** `0x548` */
export const resultParts = ({ results }: CallRecord, links: ValueLinks) => linkedValues(results, links);

const linkedValues = (values: readonly WasmValue[], links: ValueLinks) =>
  values.map((value, i) => html`${i > 0 ? ', ' : ''}${linkedValue(value, links)}`);

function linkedValue(
  value: WasmValue,
  { watched, radix, addresses, isReached, jump }: ValueLinks,
): TemplateResult | string {
  const text = valueText(value, watched, radix);
  const at = typeof value === 'string' || Number.isInteger(value) ? addressOf(value) : 0;
  if (!addresses.includes(at)) return text;
  return html`<button
    class="link"
    title="Go to address ${hex(at)}"
    tabindex=${isReached ? 0 : -1}
    @mousedown=${(event: MouseEvent) => {
      if (!isReached) focusTrace(event);
    }}
    @click=${(event: MouseEvent) => {
      event.stopPropagation();
      jump(address(at));
    }}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
    }}
    >${text}</button
  >`;
}

/** The row may leave the document when the trace scrolls: the focus would be lost with it. */
function focusTrace(event: MouseEvent): void {
  event.preventDefault();
  if (event.target instanceof Element) event.target.closest<HTMLElement>('[role=tree]')?.focus();
}
