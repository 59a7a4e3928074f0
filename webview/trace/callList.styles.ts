import { css } from 'lit';

export const callListStyles = css`
  :host {
    display: block;
    position: relative;
    min-height: 0;
    overflow: hidden auto;
    container: calls / inline-size;
  }
  .none {
    padding: 4px var(--wsm-pad);
    color: var(--wsm-dim);
  }
  .list {
    min-height: 100%;
  }
  .list:focus-visible {
    outline-offset: -1px;
  }
  /* The selected row shows the focus, where there is one. */
  .list:focus-visible:has(:is(.call, .beside)[aria-selected='true']) {
    outline: none;
  }
  .call {
    display: grid;
    grid-template-columns: max(3ch, var(--digits) * 1ch) 12px minmax(22px, max-content) minmax(0, 1fr) max-content;
    gap: 0 6px;
    align-items: center;
    padding: 0 var(--wsm-pad);
    border: 1px solid transparent;
    font: var(--wsm-mono-size) / 20px var(--wsm-mono);
    white-space: nowrap;
    cursor: pointer;
  }
  .beside {
    display: grid;
    grid-template-columns: max(3ch, var(--digits) * 1ch) 12px minmax(22px, max-content) minmax(0, 1fr) max-content;
    gap: 0 6px;
    align-items: center;
    padding: 0 var(--wsm-pad);
    border: 1px solid transparent;
    color: var(--wsm-dim);
    font: var(--wsm-small) / 20px var(--wsm-mono);
    white-space: nowrap;
    cursor: pointer;
  }
  .beside.running {
    color: inherit;
    font-size: var(--wsm-mono-size);
  }
  .beside:hover {
    background: var(--wsm-hover);
  }
  .beside[aria-selected='true'] {
    border-color: var(--wsm-focus);
    background: var(--wsm-selected);
    color: var(--wsm-selected-fg);
  }
  .list:focus-visible:not(:has(.access.cursor)) .beside[aria-selected='true'] {
    outline: 1px solid var(--wsm-focus);
    outline-offset: -2px;
  }
  .beside[aria-selected='true'] :is(.number, .dim, .values) {
    color: inherit;
  }
  .symbol {
    text-align: center;
  }
  .call:hover {
    background: var(--wsm-hover);
  }
  .call[aria-selected='true'] {
    border-color: var(--wsm-focus);
    background: var(--wsm-selected);
    color: var(--wsm-selected-fg);
  }
  .list:focus-visible:not(:has(.access.cursor)) .call[aria-selected='true'] {
    outline: 1px solid var(--wsm-focus);
    outline-offset: -2px;
  }
  .disclosure {
    color: var(--wsm-dim);
    font-size: 10px;
    text-align: center;
  }
  .disclosure:hover {
    color: var(--wsm-fg);
  }
  .call[aria-selected='true'] .disclosure {
    color: inherit;
  }
  .call[aria-disabled='true'] {
    opacity: 0.6;
  }
  .accesses {
    position: relative;
    display: flex;
    overflow: hidden;
  }
  .window {
    flex: 1;
    min-width: 0;
  }
  .access {
    display: grid;
    grid-template-columns: minmax(0, 1fr) fit-content(60%); /* who did it is seen beside the longest value */
    gap: 0 6px;
    align-items: center;
    height: 20px;
    padding: 0 var(--wsm-pad) 0 calc(var(--wsm-pad) + 3ch + 20px);
    border: 1px solid transparent;
    color: var(--wsm-dim);
    font: var(--wsm-small) / 18px var(--wsm-mono);
    white-space: nowrap;
    cursor: pointer;
  }
  .access:hover {
    background: var(--wsm-hover);
  }
  .access.shown {
    background: var(--wsm-hover);
    box-shadow: inset 3px 0 var(--wsm-focus);
    color: var(--wsm-fg);
    font-weight: 600;
  }
  .list:focus-visible .access.cursor {
    border-color: var(--wsm-focus);
  }
  .what {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .site {
    color: var(--wsm-fg);
  }
  .times {
    color: var(--wsm-dim);
  }
  .call[aria-selected='true'] .times {
    color: inherit;
  }
  /* A bar at the side, as no colour alone. */
  .match {
    box-shadow: inset 3px 0 var(--vscode-editor-findMatchBorder, var(--wsm-warning));
    background: var(--vscode-editor-findMatchHighlightBackground, var(--wsm-hover));
  }
  .expression .link {
    color: inherit;
    text-decoration: underline dotted;
    text-underline-offset: 2px;
  }
  :is(.call, .beside)[aria-selected='true'] .expression .link,
  .expression .link:hover {
    text-decoration-style: solid;
  }
  .number {
    color: var(--wsm-dim);
    text-align: end;
  }
  /* It stands last, so that it is cut first. */
  .module {
    display: none;
    padding-inline-start: 1ch;
    color: var(--wsm-dim);
  }
  .expression {
    padding-inline-start: calc(var(--depth) * 1ch);
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .expression b {
    font-weight: 400;
  }
  .values {
    overflow: hidden;
    color: var(--wsm-dim);
    text-align: end;
    text-overflow: ellipsis;
  }
  .values b {
    color: var(--wsm-fg);
    font-weight: 600;
  }
  .call[aria-selected='true'] :is(.number, .dim, .values, .values b, .more, .trouble) {
    color: inherit;
  }
  .later :is(.expression, .values, .values b, .fact) {
    color: var(--wsm-dim);
  }
  .fact {
    display: none;
    color: var(--wsm-dim);
    text-align: end;
  }
  .trouble,
  .more,
  .fault,
  .stack {
    grid-column: 4 / -1;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .trouble {
    font-weight: 600;
  }
  .more {
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
  }
  .fault {
    padding-block: 1px 3px;
    font: var(--wsm-small) / 17px var(--wsm-font);
    font-variant-ligatures: none; /* 0xffff */
  }
  .sentence {
    display: block;
  }
  .whole {
    white-space: nowrap;
  }
  /* A link's colour may not be seen on the selected row. */
  .fault .link {
    color: inherit;
    text-decoration: underline;
    text-underline-offset: 2px;
  }
  .frame {
    display: block;
    padding-inline-start: 4ch;
    font-size: var(--wsm-small);
    line-height: 17px;
    text-indent: -3ch;
  }
  @container calls (min-width: 400px) {
    .call {
      grid-template-columns: max(3ch, var(--digits) * 1ch) 12px minmax(22px, max-content) minmax(0, 1fr) max-content 7ch 8ch;
    }
    .call[aria-selected='true'] .fact {
      color: inherit;
    }
    .fact {
      display: inline;
    }
    /* The selected row has a line of its own for it. */
    .call:not([aria-selected='true']) .module {
      display: inline;
    }
    .common {
      display: none;
    }
  }
`;
