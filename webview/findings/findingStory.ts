// Why a run ended wrong, in three sentences, with the way to the moment at which it went wrong.

import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { ShowMemoryEvent } from '../controls/showMemoryEvent.ts';
import type { View } from '../session/view.ts';
import { momentText, type Story } from '../text/findingText.ts';
import { shared } from '../theme/shared.ts';

@customElement('wsm-finding-story')
export class FindingStory extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 2px 8px;
        padding: 6px var(--wsm-pad) 8px;
        border-bottom: 1px solid var(--wsm-line);
        overflow-wrap: anywhere;
        user-select: text;
      }
      .symbol {
        font-weight: 700;
      }
      .link {
        grid-column: 2;
      }
      p {
        max-width: 130ch;
      }
    `,
  ];

  @property({ attribute: false }) story: Story | null = null;
  @property({ attribute: false }) view: Pick<View, 'showFinding'> | null = null;

  override render() {
    const { story } = this;
    if (!story) return nothing;
    const [title, ...happened] = story.sentences;
    return html`<span class="symbol error" aria-hidden="true">✗</span>
      <p role="status"><b>${title}</b> ${happened.join(' ')}</p>
      <button
        class="link"
        @click=${() => {
          this.view?.showFinding(story.finding);
          this.dispatchEvent(new ShowMemoryEvent());
        }}
        >Show ${momentText(story.finding)}</button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-finding-story': FindingStory;
  }
}
