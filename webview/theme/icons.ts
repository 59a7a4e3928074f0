// The panel's icons, drawn here (the webview has no icon font) in the style of VS Code's: 16 × 16, 1 px lines.
import { html, type TemplateResult } from 'lit';

const PATHS = {
  first: 'M3.5 3.5v9M12 3.5 7 8l5 4.5',
  previous: 'M10 3.5 5.5 8l4.5 4.5',
  next: 'M6 3.5 10.5 8 6 12.5',
  last: 'M12.5 3.5v9M4 3.5 9 8l-5 4.5',
  back: 'M13 8H3.5M7.5 4l-4 4 4 4',
  search: 'M10.2 10.2 13.5 13.5M11.5 7a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0Z',
  filter: 'M2.5 3.5h11L9.5 8.5v4l-3-1.5v-2.5Z',
  more: 'M2.8 7.6h.8v.8h-.8zM7.6 7.6h.8v.8h-.8zM12.4 7.6h.8v.8h-.8z',
  copy: 'M5.5 5.5h7v8h-7zM10.5 5.5v-3h-7v8h2',
  close: 'M4 4l8 8M12 4l-8 8',
  compare: 'M5.5 3v10M3 5.5 5.5 3 8 5.5M10.5 13V3M8 10.5l2.5 2.5 2.5-2.5',
  up: 'M3.5 10 8 5.5l4.5 4.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  edit: 'M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3zM9 4.7 11.3 7',
  watch: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM10 8a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z',
  bookmark: 'M4.5 2.5h7v11L8 10.5l-3.5 3Z',
  forward: 'M3 8h9.5M8.5 4l4 4-4 4',
  link: 'M6.5 9.5l3-3M7.5 5 9.4 3.1a2.5 2.5 0 0 1 3.5 3.5L11 8.5M8.5 11l-1.9 1.9a2.5 2.5 0 0 1-3.5-3.5L5 7.5',
  unlinked: 'M7.5 5 9.4 3.1a2.5 2.5 0 0 1 3.5 3.5L11 8.5M8.5 11l-1.9 1.9a2.5 2.5 0 0 1-3.5-3.5L5 7.5M3 3l10 10',
} as const;

export type IconName = keyof typeof PATHS;

/** An icon in the text's colour; its button carries the name. */
export function icon(name: IconName): TemplateResult {
  return html`<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.2" aria-hidden="true">
    <path d=${PATHS[name]} />
  </svg>`;
}
