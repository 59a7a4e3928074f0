import { css, unsafeCSS } from 'lit';
import { COLUMNS_FROM } from '../session/sectionView.ts';
import { layout } from './sections.ts';

const [TWO_FROM, THREE_FROM] = COLUMNS_FROM.map(width => unsafeCSS(width));

/** One column; where there is room the trace beside memory, and the inspector in a column of its own. */
export const panelStyles = css`
  :host {
    display: block;
    height: 100%;
    overflow: hidden auto;
    color: var(--wsm-fg);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    line-height: 18px;
    scrollbar-color: var(--vscode-scrollbarSlider-background) transparent;
    container: panel / inline-size;
  }
  .root {
    --wsm-pad: 12px;
    height: 100%;
  }
  .root.dropping {
    outline: 2px dashed var(--wsm-focus);
    outline-offset: -2px;
  }
  main {
    display: grid;
    min-height: 100%;
    height: 100%;
    align-content: start;
  }
  wsm-splitter.above {
    align-self: start;
  }
  wsm-splitter.below {
    align-self: end;
  }
  .top {
    grid-area: top;
    min-width: 0;
  }
  .story {
    display: flex;
    gap: 6px;
    align-items: baseline;
    padding: 0 var(--wsm-pad);
    border-bottom: 1px solid var(--wsm-line);
  }
  .summary {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .section {
    display: contents;
  }
  .section > :where(:not(wsm-splitter)) {
    border: 0 solid var(--wsm-line);
  }
  .none {
    padding: 4px var(--wsm-pad);
    color: var(--wsm-dim);
  }
  ${layout(['minmax(0, 1fr)'])}
  @container panel (max-width: 419px) {
    .root {
      --wsm-pad: 8px;
    }
  }
  @container panel (min-width: ${TWO_FROM}px) {
    ${layout(['minmax(260px, 38%)', 'minmax(0, 1fr)'])}
  }
  @container panel (min-width: ${THREE_FROM}px) {
    ${layout(['minmax(300px, 30%)', 'minmax(0, 1fr)', '250px'])}
  }
`;
