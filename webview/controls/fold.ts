// The title of a section that folds: a button with a twistie, or the title alone where the section can't be folded.
import { css, html, type TemplateResult } from 'lit';

export interface Fold {
  readonly open: boolean;
  readonly toggle: () => void;
}

export const foldStyles = css`
  .fold {
    display: inline-flex;
    flex: none;
    gap: 4px;
    align-items: baseline;
    padding: 0;
    border: 0;
    background: none;
    color: var(--wsm-dim);
    font: inherit;
    cursor: pointer;
  }
  .fold:hover h2 {
    color: var(--wsm-fg);
  }
`;

/** @param fold null where the section can't be folded */
export function foldTitle(title: string | TemplateResult, fold: Fold | null): TemplateResult {
  if (!fold) return html`<h2>${title}</h2>`;
  return html`<button class="fold" aria-expanded=${fold.open} @click=${fold.toggle}>
    <span aria-hidden="true">${fold.open ? '▾' : '▸'}</span>
    <h2>${title}</h2>
  </button>`;
}
