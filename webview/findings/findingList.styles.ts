import { css } from 'lit';

export const findingListStyles = css`
  :host {
    display: block;
    min-width: 0;
    min-height: 0;
    padding: 4px 0 8px;
  }
  .head {
    display: flex;
    gap: 8px;
    align-items: baseline;
    padding: 0 var(--wsm-pad);
  }
  .counts {
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .row {
    display: grid;
    grid-template-columns: 12px max-content minmax(0, 1fr);
    gap: 0 6px;
    align-items: baseline;
    width: 100%;
    padding: 1px var(--wsm-pad);
    border: 1px solid transparent;
    background: none;
    color: inherit;
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  .row:hover {
    background: var(--wsm-hover);
  }
  .row[aria-expanded='true'] {
    border-color: var(--wsm-focus);
    background: var(--wsm-selected);
    color: var(--wsm-selected-fg);
  }
  .row:focus-visible {
    outline-offset: -2px;
  }
  .row[aria-expanded='true'] * {
    color: inherit;
  }
  .row[aria-expanded='true'] .badge {
    color: var(--wsm-on-color);
  }
  .disclosure {
    color: var(--wsm-dim);
    font-size: 10px;
    text-align: center;
  }
  .severity {
    font-weight: 600;
    white-space: nowrap;
  }
  .neutral {
    color: var(--wsm-dim);
  }
  .title {
    overflow-wrap: anywhere;
  }
  .where {
    display: flex;
    flex-wrap: wrap;
    grid-column: 2 / -1;
    gap: 0 8px;
    align-items: baseline;
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
    white-space: nowrap;
  }
  .badges {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 2px;
  }
  .more {
    padding: 4px var(--wsm-pad) 6px calc(var(--wsm-pad) + 19px);
    overflow-wrap: anywhere;
    user-select: text;
  }
  .more p {
    max-width: 110ch;
  }
  .more h3 {
    margin: 4px 0 0;
    font-size: inherit;
    font-weight: 600;
  }
  .links {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
  }
  .remedies {
    max-width: 110ch;
    margin-block-end: 4px;
    padding-inline-start: 18px;
    list-style: disc;
  }
  /* Beside other columns it stands below all of them, and takes no more of their height than its row has. */
  @container panel (min-width: 620px) {
    :host {
      overflow: hidden auto;
    }
    .row {
      grid-template-columns: 12px minmax(6.2em, max-content) minmax(0, 1fr) max-content;
    }
    .where {
      grid-column: auto;
    }
  }
`;
