// The head of a section that opens and closes: its opener, and beside it facts that are cut where there is no room.
import { css } from 'lit';

export const sectionHead = css`
  .head {
    display: flex;
    flex: none;
    gap: 4px 8px;
    align-items: baseline;
    min-height: 20px;
  }
  .opener {
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  .facts {
    min-width: 0;
    overflow: hidden;
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  @container (max-width: 259px) {
    .head {
      flex-wrap: wrap;
    }
    .facts {
      flex: 1 1 0;
    }
  }
`;
