// Who last changed the selected byte, as a sentence with links to that moment.
import { html, nothing } from 'lit';
import type { CallRecord, LastChange, RunSnapshot, WriteView } from '../../src/protocol/run.ts';
import { callNumber } from '../data/moments.ts';
import type { PanelActions } from '../session/actions.ts';
import { ownerName } from '../theme/ownerMarks.ts';
import { instanceClass } from '../theme/tokens.ts';
import { siteText, writtenText } from './accessText.ts';
import { expressionText } from './callText.ts';

export function lastChangeText(change: LastChange | null, run: RunSnapshot, actions: PanelActions | null) {
  switch (change?.kind) {
    case undefined:
      return nothing;
    case 'initial':
      return 'initial data: unchanged since instantiation';
    case 'never':
      return 'never written: zero all along';
    case 'dropped':
      return 'changed before the first step that is still recorded';
    case 'write':
      return writeText(change.write, actions);
    case 'call': {
      const call = callNumber(run, change.index);
      return call ? callLink(call, run, actions) : `changed by call ${change.index}`;
    }
  }
}

/** `written by #1 in add_23+0x12 (i32.store) at step 7, call 3, value 57` */
function writeText(write: WriteView, actions: PanelActions | null) {
  const { owner, site, call, step } = write;
  const moment = `${call === null ? '' : `, call ${call}`}, value ${writtenText(write)}`;
  const link = html`<button
    class="link"
    title="Show memory at this write"
    @click=${() => actions?.goToStep(step)}
    >${owner.kind === 'instance' ? ownerName(owner) : `step ${step}`}${site ? ` in ${siteText(site)}` : nothing}</button
  >`;
  switch (owner.kind) {
    case 'instance':
      return html`written by ${link}${site ? ` (${site.instruction})` : nothing} at step ${step}${moment}`;
    case 'unrecorded':
      return html`changed at ${link}${moment}; no record says by what`;
    default:
      return html`written by the ${owner.kind === 'host' ? 'host' : ownerName(owner)} at ${link}${moment}`;
  }
}

function callLink(call: CallRecord, run: RunSnapshot, actions: PanelActions | null) {
  return html`changed by
    <button class="link" title="Show memory after this call" @click=${() => actions?.goToCall(call.index)}>
      call ${call.index}</button
    >,
    <span class="badge ${instanceClass(call.instance)}">#${call.instance}</span>
    <span class="mono">${expressionText(call, run.address)}</span>`;
}
