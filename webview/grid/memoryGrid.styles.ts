import { css } from 'lit';

export const memoryGridStyles = css`
  :host {
    display: flex;
    min-width: 0;
    min-height: 0;
    overflow: hidden;
  }
  .scroller {
    position: relative;
    flex: 1;
    min-width: 0;
    overflow: auto hidden;
    cursor: default;
  }
  .scroller:focus-visible {
    outline: 1px solid var(--wsm-focus);
    outline-offset: -1px;
  }
  canvas {
    display: block;
  }
`;
