import { css } from 'lit';

export const formatMenuStyles = css`
  :host {
    position: relative;
    flex: none;
  }
  .toggle {
    height: 24px;
    font-family: var(--wsm-mono);
  }
  .menu {
    position: absolute;
    z-index: 2;
    inset-inline-end: 0;
    top: 100%;
    width: max-content;
    max-width: 270px;
    padding: 6px 8px;
    border: 1px solid var(--vscode-menu-border, var(--wsm-line));
    border-radius: 4px;
    background: var(--vscode-menu-background, var(--vscode-dropdown-background));
    color: var(--vscode-menu-foreground, var(--vscode-dropdown-foreground));
  }
  fieldset {
    display: grid;
    grid-template-columns: repeat(4, minmax(0, max-content));
    gap: 0 8px;
    margin: 0;
    padding: 0 0 4px;
    border: 0;
  }
  .order {
    grid-template-columns: repeat(2, max-content);
  }
  legend {
    padding: 0;
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
  }
  label {
    display: flex;
    gap: 3px;
    align-items: center;
    font-size: var(--wsm-small);
    line-height: 20px;
    cursor: pointer;
  }
  .cells label {
    font-family: var(--wsm-mono);
  }
  .size-1 {
    grid-column: 1;
  }
  .size-2 {
    grid-column: 2;
  }
  .size-4 {
    grid-column: 3;
  }
  .size-8 {
    grid-column: 4;
  }
  /* Its name has no room: the tip has it, and the menu is below the whole row. */
  @container panel (max-width: 259px) {
    .label {
      display: none;
    }
    .menu {
      inset-inline-end: -28px;
      max-width: calc(100cqw - 16px);
    }
    fieldset {
      grid-template-columns: repeat(2, max-content);
    }
    fieldset label[class] {
      grid-column: auto;
    }
  }
  input {
    margin: 0;
    accent-color: var(--wsm-focus);
  }
`;
