import { css } from 'lit';

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
    grid-template: auto auto auto minmax(132px, 1fr) minmax(400px, 1.7fr) auto / minmax(0, 1fr);
    grid-template-areas: 'top' 'title' 'lanes' 'calls' 'memory' 'inspector';
    min-height: 100%;
    height: 100%;
  }
  .top {
    grid-area: top;
    min-width: 0;
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    grid-area: title;
    gap: 0 8px;
    align-items: baseline;
    padding: 6px var(--wsm-pad) 2px;
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
  }
  .title h2 {
    flex: 1;
  }
  .note {
    flex: 1 1 100%;
  }
  wsm-call-lanes {
    grid-area: lanes;
    margin: 0 var(--wsm-pad) 4px;
    min-width: 0;
  }
  wsm-call-list,
  .none {
    grid-area: calls;
  }
  .none {
    padding: 4px var(--wsm-pad);
    color: var(--wsm-dim);
  }
  wsm-memory-section {
    grid-area: memory;
    border-top: 1px solid var(--wsm-line);
  }
  wsm-inspector {
    grid-area: inspector;
    border-top: 1px solid var(--wsm-line);
  }
  @container panel (max-width: 419px) {
    .root {
      --wsm-pad: 8px;
    }
  }
  @container panel (min-width: 620px) {
    main {
      grid-template: auto auto auto minmax(96px, 1fr) auto / minmax(260px, 38%) minmax(0, 1fr);
      grid-template-areas: 'top top' 'title memory' 'lanes memory' 'calls memory' 'inspector memory';
    }
    wsm-memory-section {
      border-top: 0;
      border-inline-start: 1px solid var(--wsm-line);
    }
  }
  @container panel (min-width: 900px) {
    main {
      grid-template: auto auto auto minmax(96px, 1fr) / minmax(300px, 30%) minmax(0, 1fr) 250px;
      grid-template-areas: 'top top top' 'title memory inspector' 'lanes memory inspector' 'calls memory inspector';
    }
    wsm-inspector {
      border-top: 0;
      border-inline-start: 1px solid var(--wsm-line);
    }
  }
`;
