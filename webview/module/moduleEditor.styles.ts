import { css } from 'lit';
import { CODE_LINE_STYLES } from '../controls/codeLine.ts';

/** Below 640 px what is shown of a row stands below the list, else beside it. */
export const moduleEditorStyles = css`
  :host {
    display: block;
    height: 100%;
    overflow: hidden;
    color: var(--wsm-fg);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    line-height: 18px;
    container: editor / inline-size;
  }
  .root {
    --wsm-pad: 12px;
    display: flex;
    flex-direction: column;
    height: 100%;
  }
  header {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    gap: 4px 8px;
    align-items: center;
    padding: 8px var(--wsm-pad) 4px;
  }
  h1 {
    margin: 0;
    font-size: 1.1em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .facts {
    flex: none;
    padding: 0 var(--wsm-pad) 4px;
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
    overflow-wrap: anywhere;
  }
  .problem {
    flex: none;
    margin: 0 var(--wsm-pad) 6px;
    padding: 4px 8px;
    border: 1px solid var(--vscode-inputValidation-errorBorder, var(--wsm-error));
    overflow-wrap: anywhere;
  }
  .said {
    flex: none;
    padding: 0 var(--wsm-pad) 4px;
  }
  .bars {
    display: flex;
    flex: none;
    height: 18px;
    margin: 0 var(--wsm-pad) 6px;
    border: 1px solid var(--wsm-line);
  }
  .bars button {
    min-width: 1px;
    padding: 0 3px;
    overflow: hidden;
    border: 0;
    border-inline-end: 1px solid var(--wsm-line);
    background: none;
    color: var(--wsm-fg);
    font: inherit;
    font-size: var(--wsm-small);
    line-height: 16px;
    text-overflow: ellipsis;
    white-space: nowrap;
    cursor: pointer;
  }
  .bars button:nth-child(even) {
    background: var(--wsm-hover);
  }
  .bars button:last-child {
    border-inline-end: 0;
  }
  .bars .thin {
    padding: 0;
    color: transparent;
  }
  wsm-layout-map {
    flex: none;
    margin: 0 var(--wsm-pad) 6px;
  }
  [role='tablist'] {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    gap: 2px;
    padding: 1px var(--wsm-pad) 4px;
  }
  [role='tab'] {
    flex: none;
  }
  [role='tab'][aria-selected='true'] {
    border-color: var(--wsm-focus);
    color: var(--wsm-fg);
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  .filter {
    display: flex;
    flex: none;
    gap: 8px;
    align-items: center;
    padding: 0 var(--wsm-pad) 4px;
    color: var(--wsm-dim);
    font-size: var(--wsm-small);
  }
  .filter input {
    flex: 1;
    min-width: 60px;
    max-width: 360px;
    height: 22px;
    padding: 0 6px;
    border: 1px solid var(--vscode-input-border, var(--wsm-line));
    background: var(--vscode-input-background);
    color: var(--vscode-input-foreground);
    font: inherit;
    font-family: var(--wsm-mono);
  }
  .filter input::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
  main {
    display: grid;
    flex: 1;
    grid-template: minmax(80px, 1fr) minmax(100px, 1.4fr) / minmax(0, 1fr);
    min-height: 0;
    border-top: 1px solid var(--wsm-line);
  }
  main.alone {
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
  }
  .detail {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    border-top: 1px solid var(--wsm-line);
  }
  .bar {
    display: flex;
    flex: none;
    gap: 8px;
    align-items: center;
    padding: 2px 8px;
  }
  .bar .title {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .detail > wsm-virtual-list,
  .detail > wsm-memory-grid {
    flex: 1;
  }
  .none {
    padding: 8px var(--wsm-pad);
    color: var(--wsm-dim);
  }
  @container editor (max-width: 419px) {
    .root {
      --wsm-pad: 8px;
    }
    .facts {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    header .grow {
      display: none;
    }
  }
  @container editor (min-width: 640px) {
    main {
      grid-template: minmax(0, 1fr) / minmax(240px, 42%) minmax(0, 1fr);
    }
    .detail {
      border-top: 0;
      border-inline-start: 1px solid var(--wsm-line);
    }
  }
`;

/** What stands in the rows of the lists, which are in trees of their own. */
export const rowStyles = new CSSStyleSheet();
rowStyles.replaceSync(`${CODE_LINE_STYLES}
  .index { flex: none; min-width: 3.5em; color: var(--wsm-dim); text-align: end; font: var(--wsm-mono-size) var(--wsm-mono); }
  .name { flex: 0 1 min(45%, 44ch); min-width: 4ch; overflow: hidden; text-overflow: ellipsis; font: var(--wsm-mono-size) var(--wsm-mono); }
  .detail { flex: 1; min-width: 0; overflow: hidden; color: var(--wsm-dim); font-size: var(--wsm-small); text-overflow: ellipsis; }
  .bytes { flex: none; position: relative; width: 86px; padding: 0 4px; font-size: var(--wsm-small); text-align: end; }
  .bytes i { position: absolute; inset: 3px auto 3px 0; border: 1px solid var(--wsm-dim); background: var(--wsm-hover); }
  .bytes b { position: relative; font-weight: normal; }
  @container editor (max-width: 259px) {
    .index { min-width: 2.5em; }
    .bytes { width: 70px; }
  }
  .active .text span, .active .bytes, .active .detail, .active .index, .active .offset { color: inherit; }
`);
