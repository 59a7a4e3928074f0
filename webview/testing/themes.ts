// What VS Code puts on a webview's document: variables of four of its themes, and the body's class.
import extension from '../../package.json';

export type ThemeName = 'dark' | 'light' | 'hc-dark' | 'hc-light';

export interface Theme {
  readonly bodyClasses: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

const FONTS = {
  'font-family': '"DejaVu Sans", system-ui, "Segoe UI", sans-serif',
  'font-size': '13px',
  'editor-font-family': '"DejaVu Sans Mono", Menlo, Consolas, monospace',
  'editor-font-size': '14px',
};

/** Default Dark Modern. */
const DARK = {
  foreground: '#cccccc',
  'icon-foreground': '#cccccc',
  descriptionForeground: '#9d9d9d',
  disabledForeground: 'rgba(204, 204, 204, 0.5)',
  errorForeground: '#f85149',
  focusBorder: '#0078d4',
  'panel-border': '#2b2b2b',
  'sideBar-background': '#181818',
  'editor-background': '#1f1f1f',
  'textLink-foreground': '#4daafc',
  'button-background': '#0078d4',
  'button-foreground': '#ffffff',
  'button-hoverBackground': '#026ec1',
  'button-secondaryBackground': '#313131',
  'button-secondaryForeground': '#cccccc',
  'button-secondaryHoverBackground': '#3c3c3c',
  'button-border': 'rgba(255, 255, 255, 0.07)',
  'dropdown-background': '#313131',
  'dropdown-foreground': '#cccccc',
  'dropdown-border': '#3c3c3c',
  'input-background': '#313131',
  'input-foreground': '#cccccc',
  'input-placeholderForeground': '#989898',
  'inputValidation-errorBorder': '#be1100',
  'list-activeSelectionBackground': '#04395e',
  'list-activeSelectionForeground': '#ffffff',
  'list-hoverBackground': '#2a2d2e',
  'scrollbarSlider-background': 'rgba(121, 121, 121, 0.4)',
  'scrollbarSlider-hoverBackground': 'rgba(100, 100, 100, 0.7)',
  'scrollbarSlider-activeBackground': 'rgba(191, 191, 191, 0.4)',
  'editorWarning-foreground': '#cca700',
  'progressBar-background': '#0078d4',
  'charts-foreground': '#cccccc',
  'charts-lines': 'rgba(204, 204, 204, 0.5)',
  'charts-red': '#f14c4c',
  'charts-blue': '#3794ff',
  'charts-yellow': '#cca700',
  'charts-orange': '#d18616',
  'charts-green': '#89d185',
  'charts-purple': '#b180d7',
};

/** Default Light Modern. */
const LIGHT = {
  ...DARK,
  foreground: '#3b3b3b',
  'icon-foreground': '#3b3b3b',
  descriptionForeground: '#3b3b3b',
  disabledForeground: 'rgba(97, 97, 97, 0.5)',
  focusBorder: '#005fb8',
  'panel-border': '#e5e5e5',
  'sideBar-background': '#f8f8f8',
  'editor-background': '#ffffff',
  'textLink-foreground': '#005fb8',
  'button-background': '#005fb8',
  'button-hoverBackground': '#0258a8',
  'button-secondaryBackground': '#e5e5e5',
  'button-secondaryForeground': '#3b3b3b',
  'button-secondaryHoverBackground': '#cccccc',
  'button-border': 'rgba(0, 0, 0, 0.1)',
  'dropdown-background': '#ffffff',
  'dropdown-foreground': '#3b3b3b',
  'dropdown-border': '#cecece',
  'input-background': '#ffffff',
  'input-foreground': '#3b3b3b',
  'input-placeholderForeground': '#767676',
  'list-activeSelectionBackground': '#e8e8e8',
  'list-activeSelectionForeground': '#000000',
  'list-hoverBackground': '#f2f2f2',
  'scrollbarSlider-background': 'rgba(100, 100, 100, 0.4)',
  'editorWarning-foreground': '#bf8803',
  'charts-foreground': '#3b3b3b',
  'charts-lines': 'rgba(59, 59, 59, 0.5)',
  'charts-red': '#e51400',
  'charts-blue': '#1a85ff',
  'charts-yellow': '#bf8803',
  'charts-orange': '#d18616',
  'charts-green': '#388a34',
  'charts-purple': '#652d90',
};

const HC_DARK = {
  ...DARK,
  foreground: '#ffffff',
  'icon-foreground': '#ffffff',
  descriptionForeground: 'rgba(255, 255, 255, 0.7)',
  disabledForeground: '#a5a5a5',
  errorForeground: '#f48771',
  focusBorder: '#f38518',
  contrastBorder: '#6fc3df',
  contrastActiveBorder: '#f38518',
  'panel-border': '#6fc3df',
  'sideBar-background': '#000000',
  'editor-background': '#000000',
  'textLink-foreground': '#21a6ff',
  'button-background': '#000000',
  'button-border': '#6fc3df',
  'button-secondaryBackground': '#000000',
  'button-secondaryForeground': '#ffffff',
  'dropdown-background': '#000000',
  'dropdown-foreground': '#ffffff',
  'dropdown-border': '#6fc3df',
  'input-background': '#000000',
  'input-foreground': '#ffffff',
  'input-placeholderForeground': 'rgba(255, 255, 255, 0.7)',
  'list-activeSelectionBackground': 'transparent',
  'list-hoverBackground': 'rgba(255, 255, 255, 0.1)',
  'scrollbarSlider-background': 'rgba(111, 195, 223, 0.6)',
  'charts-green': '#89d185',
  'editorWarning-foreground': '#ffd370',
};

const HC_LIGHT = {
  ...LIGHT,
  foreground: '#292929',
  'icon-foreground': '#292929',
  descriptionForeground: 'rgba(41, 41, 41, 0.7)',
  disabledForeground: '#7f7f7f',
  errorForeground: '#b5200d',
  focusBorder: '#006bbd',
  contrastBorder: '#0f4a85',
  contrastActiveBorder: '#006bbd',
  'panel-border': '#0f4a85',
  'sideBar-background': '#ffffff',
  'button-background': '#0f4a85',
  'button-border': '#0f4a85',
  'button-secondaryBackground': '#ffffff',
  'button-secondaryForeground': '#292929',
  'dropdown-border': '#0f4a85',
  'list-activeSelectionBackground': 'rgba(15, 74, 133, 0.1)',
  'scrollbarSlider-background': 'rgba(15, 74, 133, 0.4)',
  'charts-green': '#374e06',
  'editorWarning-foreground': '#895503',
};

/** The colours that the extension contributes. */
const contributed = (kind: keyof (typeof extension.contributes.colors)[number]['defaults']): Record<string, string> =>
  Object.fromEntries(
    extension.contributes.colors.map(({ id, defaults }) => [id.replaceAll('.', '-'), defaults[kind]] as const),
  );

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  dark: { bodyClasses: ['vscode-dark'], variables: { ...FONTS, ...DARK, ...contributed('dark') } },
  light: { bodyClasses: ['vscode-light'], variables: { ...FONTS, ...LIGHT, ...contributed('light') } },
  'hc-dark': {
    bodyClasses: ['vscode-high-contrast'],
    variables: { ...FONTS, ...HC_DARK, ...contributed('highContrast') },
  },
  'hc-light': {
    bodyClasses: ['vscode-high-contrast', 'vscode-high-contrast-light'],
    variables: { ...FONTS, ...HC_LIGHT, ...contributed('highContrastLight') },
  },
};

/** Puts a theme on the document the way VS Code does: custom properties on the root, classes on the body. */
export function applyTheme(name: ThemeName): void {
  const { bodyClasses, variables } = THEMES[name];
  for (const [id, value] of Object.entries(variables)) {
    document.documentElement.style.setProperty(`--vscode-${id}`, value);
  }
  document.body.dataset.vscodeThemeKind = bodyClasses.at(-1);
  document.body.className = bodyClasses.join(' ');
  document.body.style.backgroundColor = 'var(--vscode-sideBar-background)';
}
