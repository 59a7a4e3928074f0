// The only file that knows @vscode/webview-ui-toolkit. It is archived: replacing it means replacing this file.
// Single components are imported, not the index, which would add 32 KB of components that nobody uses.
import { vsCodeButton } from '@vscode/webview-ui-toolkit/dist/button/index.js';
import { type Dropdown, vsCodeDropdown } from '@vscode/webview-ui-toolkit/dist/dropdown/index.js';
import { vsCodeOption } from '@vscode/webview-ui-toolkit/dist/option/index.js';
import { vsCodeProgressRing } from '@vscode/webview-ui-toolkit/dist/progress-ring/index.js';
import { type TextField, vsCodeTextField } from '@vscode/webview-ui-toolkit/dist/text-field/index.js';
import { provideVSCodeDesignSystem } from '@vscode/webview-ui-toolkit/dist/vscode-design-system.js';

/** Defines `vscode-button`, `vscode-dropdown`, `vscode-option`, `vscode-progress-ring` and `vscode-text-field`. */
export function defineToolkit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

export type { Dropdown, TextField };

declare global {
  interface HTMLElementTagNameMap {
    'vscode-dropdown': Dropdown;
    'vscode-text-field': TextField;
  }
}
