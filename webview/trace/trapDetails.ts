// Of a call that trapped: which access lay outside memory and where its pointer came from, and the stack.
import { html, nothing } from 'lit';
import type { StackFrame, Trap } from '../../src/protocol/call.ts';
import type { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { outOfBoundsSentences, type SentencePart } from '../../src/protocol/outOfBounds.ts';
import { hex } from '../../src/protocol/text.ts';
import type { Step } from '../../src/protocol/units.ts';
import type { View } from '../session/view.ts';
import { AT_LEVEL_ALL } from '../text/callText.ts';

/** A deep recursion's stack has thousands of frames; the innermost ones are enough to find the fault. */
const FRAMES_SHOWN = 20;

const COMMA = /^,/;

/** Where links lead, and the first step that they can lead to. */
interface Links {
  readonly view: Pick<View, 'goToStep' | 'jump'> | null;
  readonly firstStep: Step | 0;
}

/** Of an access outside memory, which it was and where its pointer came from. */
export function fault({ outOfBounds }: Trap, links: Links) {
  if (!outOfBounds) return nothing;
  return html`<span class="fault"
    >${outOfBoundsSentences(outOfBounds, AT_LEVEL_ALL).map(
      parts => html`<span class="sentence">${parts.map((part, i) => sentencePart(part, parts[i + 1], links))}</span>`,
    )}</span
  >`;
}

function sentencePart({ text, link }: SentencePart, next: SentencePart | undefined, { view, firstStep }: Links) {
  if (!link) return text.replace(COMMA, '');
  // No line begins with the comma behind a link.
  const comma = next && COMMA.test(next.text) ? ',' : nothing;
  if (link.step < firstStep) return html`${text}${comma}`;
  const { kind, step, address } = link;
  const follow = (event: MouseEvent): void => {
    event.stopPropagation();
    if (kind === 'step') view?.goToStep(step);
    view?.jump(address);
  };
  return html`<span class="whole"
    ><button
      class="link"
      title=${kind === 'step' ? 'Show memory at this write' : 'Select it in memory'}
      @click=${follow}
      @keydown=${keepPress}
      >${text}</button
    >${comma}</span
  >`;
}

/** The keys that press a button are none of the list's. */
function keepPress(event: KeyboardEvent): void {
  if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
}

export function stack({ stack: frames }: Trap, names: InstanceNames) {
  if (frames.length === 0) return nothing;
  return html`<span class="stack">
    ${frames
      .slice(0, FRAMES_SHOWN)
      .map(
        frame =>
          html`<span class="frame">at ${frame.function} <span class="dim">${placeText(frame, names)}</span></span>`,
      )}
    ${frames.length > FRAMES_SHOWN ? html`<span class="dim">… and ${frames.length - FRAMES_SHOWN} more</span>` : nothing}
  </span>`;
}

/** `func[3], offset 0x1d2`, as far as it is known and not the function's name already. */
function placeText({ module, function: name, functionIndex, offset }: StackFrame, names: InstanceNames): string {
  const index = `func[${functionIndex}]`;
  const parts = [
    names.labelOf(module) ?? '',
    name === index ? '' : index,
    offset === null ? '' : `offset ${hex(offset)}`,
  ];
  return parts.filter(part => part !== '').join(', ');
}
