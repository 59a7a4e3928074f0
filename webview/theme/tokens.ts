// The panel's own names for VS Code's theme variables. Every colour in the panel comes from here.
import { css, unsafeCSS } from 'lit';

/** Colours that repeat when a run has more instances than colours; the badge's text always says which instance it is. */
export const INSTANCE_COLORS = 8;

/** Fallbacks for the colours that the extension contributes as `wasmSharedMemory.instance0` … `instance7`. */
const INSTANCE_FALLBACKS = ['blue', 'orange', 'purple', 'green', 'yellow', 'red', 'lines', 'foreground'];

const instanceVariables = INSTANCE_FALLBACKS.map(
  (chart, index) =>
    `--wsm-instance-${index}: var(--vscode-wasmSharedMemory-instance${index}, var(--vscode-charts-${chart}));`,
).join('\n');

/** Defines the variables on the outermost component; the ones inside inherit them. */
export const tokens = css`
  :host {
    --wsm-fg: var(--vscode-foreground);
    --wsm-dim: var(--vscode-descriptionForeground);
    /* Zeros are quiet, but are read: VS Code's colour of what is disabled is too faint for that. */
    --wsm-faint: color-mix(in srgb, var(--vscode-foreground) 62%, transparent);
    --wsm-line: var(--vscode-panel-border, var(--vscode-widget-border, var(--vscode-contrastBorder)));
    --wsm-focus: var(--vscode-focusBorder);
    --wsm-link: var(--vscode-textLink-foreground);
    /* Themes choose these for icons and squiggles; as text they need more contrast with a light background. */
    --wsm-ok: color-mix(in srgb, var(--vscode-charts-green) 80%, var(--vscode-foreground));
    --wsm-error: var(--vscode-errorForeground);
    --wsm-error-text: color-mix(in srgb, var(--vscode-errorForeground) 65%, var(--vscode-foreground));
    --wsm-warning: var(--vscode-editorWarning-foreground, var(--vscode-charts-yellow));
    --wsm-warning-text: color-mix(in srgb, var(--wsm-warning) 60%, var(--vscode-foreground));
    --wsm-selected: var(--vscode-list-activeSelectionBackground);
    --wsm-selected-fg: var(--vscode-list-activeSelectionForeground, var(--vscode-foreground));
    --wsm-hover: var(--vscode-list-hoverBackground);
    --wsm-changed: var(--vscode-wasmSharedMemory-changedBytes, var(--vscode-charts-blue));
    --wsm-match: var(--vscode-editorOverviewRuler-findMatchForeground, var(--vscode-charts-orange));
    --wsm-host: var(--vscode-charts-green);
    --wsm-thread: var(--vscode-charts-lines);
    --wsm-initial: var(--vscode-descriptionForeground);
    --wsm-unrecorded: var(--vscode-errorForeground);
    --wsm-never: var(--wsm-faint);
    --wsm-on-color: var(--vscode-editor-background);
    --wsm-font: var(--vscode-font-family, sans-serif);
    --wsm-mono: var(--vscode-editor-font-family, monospace);
    --wsm-mono-size: calc(var(--vscode-font-size, 13px) - 1px);
    --wsm-small: calc(var(--vscode-font-size, 13px) - 2px);
    ${unsafeCSS(instanceVariables)}
  }
  :host-context(body:is(.vscode-light, .vscode-high-contrast-light)) {
    --wsm-faint: color-mix(in srgb, var(--vscode-foreground) 75%, transparent);
  }
  /* High contrast: structure is drawn with borders, and nothing is said by a tint alone. */
  :host-context(body.vscode-high-contrast) {
    --wsm-line: var(--vscode-contrastBorder);
    --wsm-selected: transparent;
    --wsm-selected-fg: var(--vscode-foreground);
    --wsm-hover: transparent;
  }
`;

/** One class for each instance colour, `instance-0` … : sets `--instance`. */
export const instanceClasses = css`
  ${unsafeCSS(
    INSTANCE_FALLBACKS.map((_, index) => `.instance-${index} { --instance: var(--wsm-instance-${index}); }`).join('\n'),
  )}
`;

/** The class that carries an instance's colour. */
export function instanceClass(instance: number): string {
  return `instance-${instance % INSTANCE_COLORS}`;
}
