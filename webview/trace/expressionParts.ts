// The expression of a call with links where an argument or a result may be an address in its memory.
import { html, type TemplateResult } from 'lit';
import { addressOf, type BegunCall, type CallRecord, type WasmValue } from '../../src/protocol/call.ts';
import { hex } from '../../src/protocol/text.ts';
import { type Address, address } from '../../src/protocol/units.ts';
import { type Radix, valueText } from '../text/callText.ts';

/** Numbers below this are more likely counts than addresses. */
const LEAST = 0x100;

/** How the values of a row are written, and where their links lead. */
export interface ValueLinks {
  /** The run's address, which is written in hexadecimal; null for none. */
  readonly watched: number | null;
  readonly radix: Radix;
  /** Tab stops at the links: they are of the selected row. Those of other rows are for the pointer. */
  readonly isReached: boolean;
  readonly jump: (to: Address) => void;
}

/** The address that a value may be; null for what is none, or lies outside of memory. */
export function addressIn(value: WasmValue, memoryBytes: number): Address | null {
  const isInteger = typeof value === 'string' || Number.isInteger(value);
  const at = isInteger ? addressOf(value) : 0;
  return at >= LEAST && at < memoryBytes ? address(at) : null;
}

/** `push(0x548, 3)` */
export function expressionParts(
  call: Pick<BegunCall, 'kind' | 'function' | 'args'> & Pick<CallRecord, 'memoryBytes'>,
  links: ValueLinks,
): TemplateResult | string {
  if (call.kind === 'instantiation') return 'instantiation';
  return html`${call.function}(${linkedValues(call.args, call.memoryBytes, links)})`;
}

/** `0x548` */
export const resultParts = ({ results, memoryBytes }: CallRecord, links: ValueLinks) =>
  linkedValues(results, memoryBytes, links);

const linkedValues = (values: readonly WasmValue[], memoryBytes: number, links: ValueLinks) =>
  values.map((value, i) => html`${i > 0 ? ', ' : ''}${linkedValue(value, memoryBytes, links)}`);

function linkedValue(
  value: WasmValue,
  memoryBytes: number,
  { watched, radix, isReached, jump }: ValueLinks,
): TemplateResult | string {
  const text = valueText(value, watched, radix);
  const at = addressIn(value, memoryBytes);
  if (at === null) return text;
  return html`<button
    class="link"
    title="Go to address ${hex(at)}"
    tabindex=${isReached ? 0 : -1}
    @mousedown=${(event: MouseEvent) => {
      if (!isReached) focusTrace(event);
    }}
    @click=${(event: MouseEvent) => {
      event.stopPropagation();
      jump(at);
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
