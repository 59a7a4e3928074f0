// The expression of a call with links where an argument or a result may be an address in its memory.
import { html, type TemplateResult } from 'lit';
import { addressOf, type CallRecord, type WasmValue } from '../../src/protocol/call.ts';
import { hex } from '../../src/protocol/text.ts';
import { type Address, address } from '../../src/protocol/units.ts';
import { type Radix, valueText } from '../text/callText.ts';

/** Numbers below this are more likely counts than addresses. */
const LEAST = 0x100;

/** The address that a value may be; null for what is none, or lies outside of memory. */
export function addressIn(value: WasmValue, memoryBytes: number): Address | null {
  const isInteger = typeof value === 'string' || Number.isInteger(value);
  const at = isInteger ? addressOf(value) : 0;
  return at >= LEAST && at < memoryBytes ? address(at) : null;
}

/** `push(0x548, 3)` */
export function expressionParts(
  call: CallRecord,
  watched: number | null,
  radix: Radix,
  jump: (to: Address) => void,
): TemplateResult | string {
  if (call.kind === 'instantiation') return 'instantiation';
  const args = call.args.map(
    (value, i) => html`${i > 0 ? ', ' : ''}${linkedValue(value, call.memoryBytes, watched, radix, jump)}`,
  );
  return html`${call.function}(${args})`;
}

/** `0x548` */
export function resultParts(call: CallRecord, watched: number | null, radix: Radix, jump: (to: Address) => void) {
  return call.results.map(
    (value, i) => html`${i > 0 ? ', ' : ''}${linkedValue(value, call.memoryBytes, watched, radix, jump)}`,
  );
}

function linkedValue(
  value: WasmValue,
  memoryBytes: number,
  watched: number | null,
  radix: Radix,
  jump: (to: Address) => void,
): TemplateResult | string {
  const text = valueText(value, watched, radix);
  const at = addressIn(value, memoryBytes);
  if (at === null) return text;
  return html`<button
    class="link"
    title="Go to address ${hex(at)}"
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
