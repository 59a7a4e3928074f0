// One line of a function's text: its offset, and its words in the colours that VS Code's theme has for them.
import { html, nothing, type TemplateResult } from 'lit';
import type { ModuleLine } from '../../src/protocol/moduleEditor.ts';

/** What the words of a line need, wherever it stands. */
export const CODE_LINE_STYLES = `
  .mark { flex: none; width: 1ch; color: inherit; font-family: var(--wsm-mono); font-size: var(--wsm-mono-size); }
  .offset { flex: none; color: var(--wsm-dim); font-family: var(--wsm-mono); font-size: var(--wsm-mono-size); }
  .text { font-family: var(--wsm-mono); font-size: var(--wsm-mono-size); }
  .text .marked { font-weight: 600; text-decoration: underline; text-underline-offset: 3px; }
  .text .comment { color: var(--wsm-dim); font-style: italic; }
  .text .name { max-width: none; overflow: visible; color: var(--vscode-debugTokenExpression-name, var(--wsm-link)); }
  .text .number { color: var(--vscode-debugTokenExpression-number, inherit); }
`;

/** Comments, names, keywords with a `=` behind, numbers; what stands between is left as it is. */
const TOKENS =
  /(\(;.*?;\)|;;.*)|(\$"(?:\\.|[^"\\])*"|\$[^\s()]+)|((?<![\w.$])(?:[-+]?(?:0x[0-9a-f]+|\d[\d.]*(?:e[-+]?\d+)?|inf\b|-?nan\S*))(?![\w.]))/g;

function tokens(text: string): (TemplateResult | string)[] {
  const parts: (TemplateResult | string)[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    const [whole, comment, name] = match;
    if (match.index > end) parts.push(text.slice(end, match.index));
    const kind = comment !== undefined ? 'comment' : name !== undefined ? 'name' : 'number';
    parts.push(html`<span class=${kind}>${whole}</span>`);
    end = match.index + whole.length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

/** `0x1a2f` with leading zeros, so that all of a column are as wide. */
export const offsetText = (offset: number): string => `0x${offset.toString(16).padStart(6, '0')}`;

/** @param follow goes to the function that the line calls; null where nothing can */
export function codeLine(
  line: ModuleLine,
  isMarked: boolean,
  follow: ((index: number) => void) | null,
): TemplateResult {
  const { offset, indent, text, function: callee } = line;
  return html`<span class="mark" aria-hidden="true">${isMarked ? '▸' : ' '}</span
    ><span class="offset">${offsetText(offset)}</span
    ><span class="text">${'  '.repeat(indent)}<span class=${isMarked ? 'marked' : ''}>${tokens(text)}</span></span
    >${
      callee === null || follow === null
        ? nothing
        : html`<span
            class="link"
            title="Go to this function (Enter)"
            aria-hidden="true"
            @click=${(event: Event) => {
              event.stopPropagation();
              follow(callee);
            }}
            >→</span
          >`
    }`;
}
