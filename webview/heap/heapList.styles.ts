import { css } from 'lit';

export const heapListStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
  }
  .partial {
    color: var(--wsm-warning-text);
    font-size: var(--wsm-small);
  }
  .unjudged {
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
  }
  .groups {
    display: grid;
    grid-template-columns: max-content max-content minmax(0, 1fr) max-content;
    grid-auto-rows: max-content;
    align-content: start;
    min-height: 0;
    max-height: 148px;
    overflow: hidden auto;
  }
  /* Those of the step before stay for a moment: what comes at once does not flicker. */
  .busy {
    opacity: 0.5;
    transition: opacity 0s 0.3s;
  }
  h3 {
    grid-column: 1 / -1;
    margin: 0;
    overflow: hidden;
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
    font-weight: normal;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  ul,
  li,
  .bytes {
    display: grid;
    grid-template-columns: subgrid;
    grid-column: 1 / -1;
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    border: 1px solid transparent;
    font: var(--wsm-small) / 20px var(--wsm-mono);
    white-space: nowrap;
  }
  li:hover {
    background: var(--wsm-hover);
  }
  li.selected {
    border-color: var(--wsm-focus);
    background: var(--wsm-selected);
    color: var(--wsm-selected-fg);
  }
  li.selected * {
    color: inherit;
  }
  .bytes {
    grid-column: 1 / 4;
    padding: 0 4px 0 10px;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  li > button:focus-visible {
    outline-offset: -1px;
  }
  .size {
    padding-inline: 10px;
    text-align: end;
  }
  .size,
  .call {
    color: var(--wsm-dim);
  }
  .call {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .step {
    padding: 0 4px;
    text-align: end;
  }
  .rest {
    grid-column: 1 / -1;
    padding-inline-start: 11px;
    font-size: var(--wsm-small);
  }
`;
