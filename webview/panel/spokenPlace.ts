// What screen readers are told of the shown place. A control that has the focus and says where it stands is enough: what is said twice
// is skipped by who listens.
import { isUnderWay } from '../../src/protocol/runStatus.ts';
import { capitalized } from '../../src/protocol/text.ts';
import { focused } from '../controls/focused.ts';
import type { Run } from '../data/run.ts';
import type { PanelSession } from '../session/session.ts';
import { placeSentence } from '../text/callText.ts';

/** The slider, the trace, and the list of writes. */
const SAY_THE_PLACE = 'input[type=range], [role=tree], [role=listbox]';

export class SpokenPlace {
  /** What a control has said. */
  private said = '';

  /** Empty where nothing is to be said. */
  text({ view, data }: PanelSession, run: Run): string {
    // A run that is followed goes on many times a second.
    if (isUnderWay(run) && view.place.step === run.lastStep) return '';
    const sentence = capitalized(placeSentence(run, view.place, data.stepView.answer));
    if (focused()?.matches(SAY_THE_PLACE)) this.said = sentence;
    else if (sentence !== this.said) this.said = ''; // the user has moved on otherwise
    return sentence === this.said ? '' : sentence;
  }
}
