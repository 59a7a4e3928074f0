import { css } from 'lit';
import { layout } from './sections.ts';

/** Below 620 px one column; from there the trace beside memory; from 900 px the inspector in a column of its own. */
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
  main {
    display: grid;
    min-height: 100%;
    height: 100%;
  }
  .top {
    grid-area: top;
    min-width: 0;
  }
  .section {
    display: contents;
  }
  .section > * {
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
  @container panel (min-width: 620px) {
    ${layout(['minmax(260px, 38%)', 'minmax(0, 1fr)'])}
  }
  @container panel (min-width: 900px) {
    ${layout(['minmax(300px, 30%)', 'minmax(0, 1fr)', '250px'])}
  }
`;
