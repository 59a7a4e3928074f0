// Who last changed the selected byte, as a sentence with links to that moment.

import { html, nothing } from 'lit';
import { accessOrigin, accessorText, type LastChange, type MadeBy, type WriteView } from '../../src/protocol/access.ts';
import type { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { ownerName } from '../../src/protocol/owner.ts';
import type { Step } from '../../src/protocol/units.ts';
import type { View } from '../session/view.ts';
import { siteText, writtenText } from '../text/accessText.ts';

type Links = Pick<View, 'goToStep'> | null;

export function lastChangeText(change: LastChange | null, names: InstanceNames, view: Links) {
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
      return writeText(change.write, names, view);
  }
}

/**
 * Of a byte by which memory grew, and that nobody wrote: `never written: zero since memory grew at step 7, by #0 in malloc+0xb1`
 * @param madeBy null while it is not known
 */
export function neverSinceText(madeBy: MadeBy | null, names: InstanceNames, view: Links) {
  const text = 'never written: zero since memory grew';
  if (madeBy?.kind !== 'growth') return text;
  const { grow } = madeBy;
  const where = grow.site ? ` in ${siteText(grow.site)}` : '';
  return html`${text} at ${stepLink(grow.step, `step ${grow.step}`, 'growth', view)}, by ${accessorText(grow, names)}${where}`;
}

const stepLink = (step: Step, text: string, of: string, view: Links) =>
  html`<button class="link" title="Show memory at this ${of}" @click=${() => view?.goToStep(step)}
    >${text}</button
  >`;

/** `written by #1 (drums.wasm) in push+0x12 (i32.store) at step 7, call 3, value 57` */
function writeText(write: WriteView, names: InstanceNames, view: Links) {
  const { owner, site, call, step } = write;
  const moment = `${call === null ? '' : `, call ${call}`}, value ${writtenText(write)}`;
  const place = accessOrigin(write, names);
  const origin = place === null ? nothing : `, ${place},`;
  const where = site ? ` in ${siteText(site)}` : '';
  const isLong = owner.kind === 'instance' && names.areSeveral;
  // A button does not break between words: a long one would stand in a line of its own, so it has no more than a name.
  const text = `${owner.kind === 'instance' ? ownerName(owner, names) : `step ${step}`}${isLong ? '' : where}`;
  const link = html`${stepLink(step, text, 'write', view)}${isLong ? where : nothing}`;
  switch (owner.kind) {
    case 'instance':
      return html`written by ${link}${site ? ` (${site.instruction})` : origin} at step ${step}${moment}`;
    case 'thread':
      return html`found at ${link}${moment}${origin} written by another thread, or by the host`;
    case 'unrecorded':
      return html`changed at ${link}${moment}; no record says by what`;
    default:
      return html`written by the ${ownerName(owner)}${origin} at ${link}${moment}`;
  }
}
