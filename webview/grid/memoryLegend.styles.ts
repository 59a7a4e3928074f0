import { css } from 'lit';

export const memoryLegendStyles = css`
  :host {
    display: flex;
    flex-wrap: wrap;
    gap: 0 6px;
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
    line-height: 18px;
  }
  .owners {
    display: contents;
  }
  /* Many instances take a few lines, not the grid's place. */
  .owners.many {
    display: flex;
    flex-wrap: wrap;
    gap: inherit;
    max-height: 54px;
    overflow: hidden auto;
  }
  .entry {
    display: inline-flex;
    padding: 0 4px;
    gap: 5px;
    align-items: center;
    white-space: nowrap;
  }
  .owner {
    border: 1px solid transparent;
    border-radius: 3px;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  .owner:hover {
    background: var(--wsm-hover);
    color: var(--wsm-fg);
  }
  .owner[aria-pressed='true'] {
    border-color: var(--wsm-focus);
    color: var(--wsm-fg);
    font-weight: 600;
  }
  .owner:focus-visible {
    outline-offset: -2px;
  }
  @container panel (max-width: 419px) {
    :host {
      gap: 0 2px;
    }
    .entry {
      gap: 4px;
      padding: 0 2px;
    }
    .module {
      display: none;
    }
  }
  .module {
    max-width: 16ch;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .never {
    fill: none;
    stroke: var(--wsm-never);
  }
  .mark {
    height: 13px;
    padding: 0 2px;
    font: 10px/12px var(--wsm-mono);
  }
  .changed {
    position: relative;
    color: var(--wsm-fg);
    font-weight: 700;
  }
  .changed.bar {
    border-bottom: 2px solid var(--instance, var(--wsm-changed));
  }
  .changed::before {
    position: absolute;
    inset: 0;
    background: var(--wsm-changed);
    content: '';
    opacity: 0.25;
  }
  :host-context(body.vscode-high-contrast) .changed::before {
    border: 1px solid var(--wsm-changed);
    background: none;
    opacity: 1;
  }
  .value {
    width: 16px;
    border: 1px dashed var(--wsm-warning);
  }
  .match {
    width: 16px;
    border: 1.5px solid var(--wsm-match);
  }
  .finding {
    position: relative;
    width: 16px;
    border: 2px solid var(--wsm-error);
  }
  .first-event {
    width: 16px;
    border: 2px dotted var(--wsm-error);
  }
  .finding::before {
    position: absolute;
    inset: -1px auto auto -1px;
    border: 3px solid var(--wsm-error);
    border-inline-end-color: transparent;
    border-bottom-color: transparent;
    content: '';
  }
  .size {
    margin-inline-start: auto;
  }
`;
