import { css } from 'lit';

export const placeRowsStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
  }
  ul {
    display: grid;
    grid-template-columns: minmax(0, 1fr) max-content max-content max-content max-content;
    grid-auto-rows: max-content;
    margin: 0;
    padding: 0;
    min-height: 0;
    max-height: 132px;
    overflow: hidden auto;
    list-style: none;
  }
  li,
  .go {
    display: grid;
    grid-template-columns: subgrid;
    grid-column: 1 / -1;
    align-items: center;
  }
  li {
    border: 1px solid transparent;
    font-size: var(--wsm-small);
    line-height: 20px;
    white-space: nowrap;
  }
  li.form {
    display: block;
  }
  li:hover {
    background: var(--wsm-hover);
  }
  li.here {
    border-color: var(--wsm-focus);
    background: var(--wsm-selected);
    color: var(--wsm-selected-fg);
  }
  li.here * {
    color: inherit;
  }
  button {
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  .go {
    grid-column: 1 / 4;
    gap: 0 8px;
    padding: 0 4px;
    text-align: start;
  }
  li > button:focus-visible {
    outline-offset: -1px;
  }
  .edit,
  .remove {
    display: flex;
    padding: 2px;
    color: var(--wsm-dim);
  }
  .edit:hover,
  .remove:hover {
    color: var(--wsm-fg);
  }
  .name {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .value {
    font-family: var(--wsm-mono);
    text-align: end;
  }
  .written {
    font-weight: 600;
  }
  .where {
    color: var(--wsm-dim);
    font-family: var(--wsm-mono);
  }
  .spark {
    display: block;
    color: var(--wsm-dim);
  }
`;
