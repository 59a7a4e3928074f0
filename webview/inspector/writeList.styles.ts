import { css } from 'lit';

export const writeListStyles = css`
  :host {
    display: block;
    margin-top: 4px;
  }
  .list {
    position: relative;
    max-height: 164px;
    overflow: hidden auto;
    overflow-anchor: none;
    border: 1px solid var(--wsm-line);
  }
  .write {
    display: grid;
    grid-template-columns: minmax(4ch, max-content) minmax(22px, max-content) minmax(0, 1fr) fit-content(55%);
    gap: 0 6px;
    align-items: center;
    padding: 0 4px;
    border: 1px solid transparent;
    font: var(--wsm-small) / 18px var(--wsm-mono);
    white-space: nowrap;
    cursor: pointer;
  }
  .write:hover {
    background: var(--wsm-hover);
  }
  .write[aria-selected='true'] {
    border-color: var(--wsm-focus);
    background: var(--wsm-selected);
    color: var(--wsm-selected-fg);
  }
  .list:focus-visible .cursor {
    outline: 1px dashed var(--wsm-focus);
    outline-offset: -1px;
  }
  .at {
    color: var(--wsm-dim);
  }
  .place,
  .values {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .step,
  .values {
    color: var(--wsm-dim);
    text-align: end;
  }
  .write[aria-selected='true'] :is(.step, .at, .values) {
    color: inherit;
  }
  .before {
    color: var(--wsm-fg);
  }
  .write.other {
    border-inline-start: 3px solid var(--wsm-warning);
  }
  .write[aria-selected='true'] .before {
    color: inherit;
  }
  .shown {
    display: flex;
    gap: 6px;
    align-items: center;
    padding: 0 4px;
    color: var(--wsm-link);
    font: var(--wsm-small) / 18px var(--wsm-mono);
  }
  .shown::after {
    flex: 1;
    border-top: 1px dashed currentcolor;
    content: '';
  }
  p {
    padding: 0 4px;
    font-size: var(--wsm-small);
    color: var(--wsm-dim);
  }
`;
