import { css } from 'lit';

export const overviewStripStyles = css`
  :host {
    display: flex;
    gap: 6px;
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
