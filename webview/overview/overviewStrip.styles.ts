import { css } from 'lit';

export const overviewStripStyles = css`
  :host {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 6px;
    align-items: center;
    min-width: 0;
  }
  .strip {
    position: relative;
    flex: 1;
    min-width: 0;
    border: 1px solid var(--wsm-line);
    cursor: pointer;
    touch-action: none;
  }
  .legend {
    display: flex;
    flex-basis: 100%;
    flex-wrap: wrap;
    gap: 0 10px;
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
  }
  .mark {
    display: flex;
    gap: 3px;
    align-items: flex-end;
  }
  .bar {
    fill: var(--wsm-changed);
  }
  canvas {
    display: block;
    width: 100%;
    height: 20px;
  }
  .view,
  .cursor {
    position: absolute;
    inset-block: -1px;
    left: 0;
    border: 1px solid var(--wsm-focus);
    pointer-events: none;
  }
  .view {
    background: color-mix(in srgb, var(--wsm-focus) 25%, transparent);
  }
  :host-context(body.vscode-high-contrast) .view {
    background: none;
  }
  .cursor {
    border: 1px dashed var(--wsm-fg);
  }
`;
