import { css } from 'lit';

export const memorySectionStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    padding-top: 6px;
    container: memory / inline-size;
  }
  .bar {
    display: grid;
    grid-template: 'title steps' 'tools tools' / auto minmax(0, 1fr);
    gap: 4px 8px;
    align-items: start;
    padding: 0 var(--wsm-pad);
  }
  wsm-step-controls {
    grid-area: steps;
  }
  .tools {
    display: flex;
    grid-area: tools;
    gap: 4px;
    align-items: flex-start;
    min-width: 0;
  }
  wsm-go-to-address {
    flex: 1;
  }
  .bar.folded {
    display: block;
    padding-bottom: 4px;
  }
  @container memory (max-width: 419px) {
    .bar {
      grid-template: 'title tools' 'steps steps' / auto minmax(0, 1fr);
      gap: 2px 6px;
    }
  }
  wsm-search-box,
  .said {
    padding: 4px var(--wsm-pad) 0;
  }
  .said.short {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  wsm-memory-legend.short {
    max-height: 20px;
    overflow: hidden auto;
  }
  .said {
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
  }
  .growth {
    margin: 4px var(--wsm-pad) 0;
    padding: 2px 8px;
    border: 1px solid var(--wsm-line);
    border-inline-start: 3px solid var(--wsm-warning);
    border-radius: 2px;
    font-size: var(--wsm-small);
  }
  wsm-layout-map,
  wsm-heap-list {
    margin: 4px var(--wsm-pad) 0;
  }
  /* It gives way where there is little room: the bytes stay in view. */
  wsm-heap-list {
    flex: 0 1 auto;
  }
  wsm-heap-list[open] {
    min-height: 64px;
  }
  wsm-overview-strip {
    margin: 6px var(--wsm-pad) 2px;
  }
  wsm-memory-legend {
    padding: 2px var(--wsm-pad) 4px;
  }
  wsm-memory-grid {
    flex: 1 1 0px;
    min-height: 76px;
    margin-inline-start: calc(var(--wsm-pad) - 4px);
  }
  /* In one column the panel scrolls: eight rows of bytes are in view at least. */
  @container panel (max-width: 619px) {
    wsm-memory-grid {
      min-height: 154px;
    }
  }
  /* Beside others it scrolls where it must: what is below is not covered. */
  @container panel (min-width: 620px) {
    :host {
      overflow: hidden auto;
    }
  }
  .none {
    padding: 12px var(--wsm-pad);
    color: var(--wsm-dim);
  }
`;
