import { css } from 'lit';

export const layoutMapStyles = css`
  :host {
    display: block;
    position: relative;
    min-width: 0;
  }
  .zoom {
    display: flex;
    flex: none;
    gap: 2px;
  }
  .zoom .toggle[disabled] {
    opacity: 0.5;
    cursor: default;
  }
  .rows {
    display: grid;
    grid-template-columns: fit-content(28%) minmax(0, 1fr);
    gap: 2px 6px;
    align-items: center;
    max-height: 132px;
    padding: 2px 0;
    overflow: hidden auto;
  }
  .claims {
    display: contents;
  }
  .claimant {
    overflow: hidden;
    font-size: var(--wsm-small);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .line,
  .axis {
    position: relative;
    min-width: 0;
    overflow: hidden;
  }
  .line {
    height: 20px;
  }
  .axis {
    grid-column: 2;
    height: 14px;
    color: var(--wsm-dim);
    font: var(--wsm-small) / 14px var(--wsm-mono);
  }
  .axis span,
  .line > * {
    position: absolute;
  }
  .axis span {
    white-space: nowrap;
  }
  /* A line through all that nobody claims, broken where addresses are left out. */
  .gap {
    top: 9px;
    border-top: 2px dotted var(--wsm-faint);
  }
  .region {
    top: 0;
    height: 20px;
    display: flex;
    flex-wrap: wrap;
    min-width: 3px;
    padding: 0;
    overflow: hidden;
    border: 1px solid color-mix(in srgb, var(--wsm-fg) 55%, transparent);
    border-radius: 2px;
    background: color-mix(in srgb, var(--wsm-fg) 18%, transparent);
    color: var(--wsm-fg);
    font: var(--wsm-small) / 13px var(--wsm-font);
    text-align: start;
    cursor: pointer;
  }
  .region::before {
    height: 18px;
    content: '';
  }
  .bss,
  .tls {
    background: color-mix(in srgb, var(--wsm-fg) 8%, transparent);
  }
  .stack,
  .heap,
  .dylink {
    background: transparent;
  }
  .guess {
    border-style: dashed;
  }
  .region:hover,
  .region:focus-visible {
    border-color: var(--wsm-focus);
    outline: 1px solid var(--wsm-focus);
    outline-offset: -1px;
  }
  /* Where not even the beginning of a name has room, it is left out: it wraps out of sight. */
  .name {
    flex: 1 1 4ch;
    min-width: 4ch;
    height: 18px;
    padding: 0 3px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .stack .name {
    text-align: end;
  }
  .overlap {
    bottom: 1px;
    height: 5px;
    background: repeating-linear-gradient(135deg, var(--wsm-warning) 0 1.5px, transparent 1.5px 4px);
    pointer-events: none;
  }
  .here {
    inset-block: 0;
    width: 0;
    border-inline-start: 2px solid var(--wsm-focus);
    pointer-events: none;
  }
  :host-context(body.vscode-high-contrast) .region {
    border-color: var(--wsm-line);
    background: none;
  }
  :host-context(body.vscode-high-contrast) .region:hover,
  :host-context(body.vscode-high-contrast) .region:focus-visible {
    border-color: var(--wsm-focus);
  }
  .unplaced {
    max-width: 100%;
    overflow: hidden;
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  /* Over what is below, as a hover is, so that nothing moves under the pointer. */
  .told {
    position: absolute;
    inset-inline: 0;
    top: 100%;
    z-index: 2;
    width: fit-content;
    max-width: 100%;
    padding: 3px 8px;
    border: 1px solid var(--vscode-editorHoverWidget-border, var(--wsm-line));
    border-radius: 3px;
    background: var(--vscode-editorHoverWidget-background, var(--vscode-editor-background));
    color: var(--vscode-editorHoverWidget-foreground, var(--wsm-fg));
    font-size: var(--wsm-small);
    pointer-events: none;
  }
`;
