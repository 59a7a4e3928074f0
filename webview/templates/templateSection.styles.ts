import { css } from 'lit';

export const templateSectionStyles = css`
  :host {
    display: block;
    margin-top: 8px;
    padding-top: 4px;
    border-top: 1px solid var(--wsm-line);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 6px;
    align-items: center;
    margin-top: 4px;
  }
  wsm-text-field {
    flex: 1 1 12ch;
    max-width: 26ch;
  }
  .error,
  .note {
    margin-top: 2px;
    font-size: var(--wsm-small);
    overflow-wrap: anywhere;
  }
  .note {
    color: var(--wsm-dim);
  }
  .tree {
    display: grid;
    grid-template-columns: minmax(8ch, max-content) minmax(0, 1fr) max-content max-content;
    margin-top: 4px;
    font: var(--wsm-mono-size) / 19px var(--wsm-mono);
  }
  .row {
    display: grid;
    grid-template-columns: subgrid;
    grid-column: 1 / -1;
    gap: 0 10px;
    border: 1px solid transparent;
    white-space: nowrap;
    cursor: pointer;
  }
  .row:hover {
    background: var(--wsm-hover);
  }
  .row.selected {
    border-color: var(--wsm-focus);
    background: var(--wsm-selected);
    color: var(--wsm-selected-fg);
  }
  .row.selected * {
    color: inherit;
  }
  .row:focus-visible {
    outline-offset: -1px;
  }
  .name {
    display: flex;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .twisty {
    flex: none;
    width: 1.4em;
    text-align: center;
  }
  /* One step to the right for each level; deeper ones stay where the last step is. */
  .indent {
    flex: none;
  }
  .level-2 {
    width: 1.2em;
  }
  .level-3 {
    width: 2.4em;
  }
  .level-4 {
    width: 3.6em;
  }
  .level-5 {
    width: 4.8em;
  }
  .level-6 {
    width: 6em;
  }
  .value {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .type {
    overflow: hidden;
    color: var(--wsm-dim);
    text-overflow: ellipsis;
  }
  .closer {
    display: flex;
    grid-column: 4;
    align-items: center;
  }
  .closer:hover {
    background: var(--wsm-hover);
  }
  /* As changed bytes of the grid: bold, with the same tint below. */
  .changed .value {
    font-weight: bold;
    text-decoration: underline var(--wsm-changed) 2px;
    text-underline-offset: 3px;
  }
  .absent {
    color: var(--wsm-dim);
  }
  @container inspector (max-width: 300px) {
    .type {
      display: none;
    }
  }
`;
