import { css } from 'lit';

export const inspectorStyles = css`
  :host {
    display: block;
    padding: 4px var(--wsm-pad) 8px;
    overflow: hidden auto;
    container: inspector / inline-size;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 2px;
    align-items: center;
  }
  .address {
    margin-inline-end: 6px;
    color: var(--wsm-fg);
    font-weight: 600;
    letter-spacing: 0;
    text-transform: none;
  }
  .length {
    order: 1;
    flex: 1 1 100%;
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
    white-space: nowrap;
  }
  .writes {
    color: var(--wsm-dim);
  }
  dl {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(116px, 1fr));
    gap: 0 12px;
    margin: 4px 0 0;
    line-height: 19px;
  }
  dl > div {
    display: grid;
    grid-template-columns: 6ch minmax(0, 1fr);
    gap: 4px;
    min-width: 0;
  }
  .wide {
    grid-column: 1 / -1;
  }
  dt {
    color: var(--wsm-dim);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
    user-select: text;
  }
  .region {
    margin-top: 2px;
    overflow-wrap: anywhere;
  }
  .who {
    /* Two lines, so that what is below rarely moves from one byte to the next. */
    min-height: 36px;
    margin-top: 2px;
    color: var(--wsm-dim);
  }
  @container inspector (max-width: 235px) {
    dl {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  @container inspector (min-width: 236px) and (max-width: 400px) {
    dl {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .long,
    .wide {
      order: 1;
      grid-column: 1 / -1;
    }
  }
`;
