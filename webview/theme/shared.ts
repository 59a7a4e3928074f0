// Styles that more than one component needs.
import { css } from 'lit';

export const shared = css`
  * {
    box-sizing: border-box;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  h2 {
    margin: 0;
    font-size: var(--wsm-small);
    font-weight: 600;
    line-height: 22px;
    letter-spacing: 0.04em;
    text-transform: uppercase;
    color: var(--wsm-dim);
    white-space: nowrap;
  }
  p {
    margin: 0;
  }
  .mono {
    font-family: var(--wsm-mono);
    font-size: var(--wsm-mono-size);
  }
  .dim {
    color: var(--wsm-dim);
  }
  .grow {
    flex: 1;
  }
  .error {
    color: var(--wsm-error-text);
  }
  .warning {
    color: var(--wsm-warning-text);
  }
  .ok {
    color: var(--wsm-ok);
  }
  .link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--wsm-link);
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  .link:hover {
    text-decoration: underline;
  }
  button:focus-visible,
  summary:focus-visible,
  input:focus-visible,
  select:focus-visible,
  [tabindex]:focus-visible {
    outline: 1px solid var(--wsm-focus);
    outline-offset: 1px;
  }
  .toggle {
    padding: 0 6px;
    border: 1px solid var(--wsm-line);
    border-radius: 3px;
    background: none;
    color: var(--wsm-dim);
    font: inherit;
    font-size: var(--wsm-small);
    line-height: 18px;
    white-space: nowrap;
    cursor: pointer;
  }
  .toggle:hover {
    color: var(--wsm-fg);
  }
  .toggle[aria-pressed='true'] {
    border-color: var(--wsm-focus);
    color: var(--wsm-fg);
  }
  /* There for screen readers, not for the eye. */
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .badge {
    display: inline-block;
    min-width: 22px;
    padding: 0 3px;
    border-radius: 3px;
    background: color-mix(in srgb, var(--instance) 70%, var(--wsm-fg)); /* small text needs more contrast than a mark */
    color: var(--wsm-on-color);
    font: 600 10px/14px var(--wsm-mono);
    text-align: center;
  }
  vscode-button {
    --button-padding-vertical: 2px;
  }
  vscode-button[appearance='icon'] {
    --button-icon-corner-radius: 3px;
    --button-icon-padding: 3px;
  }
`;

/** A component that is a row of fields and buttons, in more lines where it is narrow. */
export const fieldRow = css`
  :host {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 8px;
    align-items: center;
    min-width: 0;
  }
`;
