// What the canvas needs of the theme: computed values, read again whenever the theme changes.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { OwnerColors } from './ownerMarks.ts';
import { INSTANCE_COLORS } from './tokens.ts';

export interface CanvasTheme {
  readonly foreground: string;
  readonly dim: string;
  readonly faint: string;
  readonly focus: string;
  readonly changed: string;
  /** Around what a search found. */
  readonly match: string;
  readonly outline: string;
  readonly error: string;
  /** Behind everything. */
  readonly ground: string;
  readonly owners: OwnerColors;
  readonly fontFamily: string;
  /** Size of the monospace font in CSS pixels. */
  readonly fontSize: number;
  /** High contrast: marks are borders, never tints. */
  readonly highContrast: boolean;
}

/** Reads the theme as it applies to `element`, which must be inside the panel (where the tokens are defined). */
function readCanvasTheme(element: HTMLElement): CanvasTheme {
  const style = getComputedStyle(element);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  const uiSize = Number.parseFloat(value('--vscode-font-size'));
  return {
    foreground: value('--wsm-fg'),
    dim: value('--wsm-dim'),
    faint: value('--wsm-faint'),
    focus: value('--wsm-focus'),
    changed: value('--wsm-changed'),
    match: value('--wsm-match'),
    outline: value('--wsm-warning'),
    error: value('--wsm-error'),
    ground: value('--wsm-on-color'),
    owners: {
      instances: Array.from({ length: INSTANCE_COLORS }, (_, index) => value(`--wsm-instance-${index}`)),
      host: value('--wsm-host'),
      initial: value('--wsm-initial'),
      thread: value('--wsm-thread'),
      unrecorded: value('--wsm-unrecorded'),
      never: value('--wsm-never'),
    },
    fontFamily: value('--wsm-mono'),
    fontSize: (Number.isFinite(uiSize) ? uiSize : 13) - 1,
    highContrast: document.body.classList.contains('vscode-high-contrast'),
  };
}

/** The theme for a component that draws on a canvas; the component is updated when VS Code changes to another one. */
export class CanvasThemeController implements ReactiveController {
  private known: CanvasTheme | undefined;
  private readonly observer = new MutationObserver(() => {
    this.known = undefined;
    this.host.requestUpdate();
  });

  constructor(private readonly host: ReactiveControllerHost & HTMLElement) {
    host.addController(this);
  }

  /** To be asked for only while the component is inside the panel. */
  get current(): CanvasTheme {
    this.known ??= readCanvasTheme(this.host);
    return this.known;
  }

  /** VS Code puts a theme's variables on the document, and its class on the body. */
  hostConnected(): void {
    this.observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
    this.observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  }

  hostDisconnected(): void {
    this.observer.disconnect();
    this.known = undefined;
  }
}
