// A disclosure with the module's memory, its imports, what the host provided for each, and its exports.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { PROVIDED } from '../../src/protocol/provided.ts';
import type { ImportSummary, MemorySummary, ModuleSummary, StubUse } from '../../src/protocol/run.ts';
import { count } from '../../src/protocol/text.ts';
import { sizeText } from '../text/callText.ts';
import { shared } from '../theme/shared.ts';

@customElement('wsm-module-facts')
export class ModuleFacts extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 2px var(--wsm-pad);
        border-bottom: 1px solid var(--wsm-line);
      }
      summary {
        overflow: hidden;
        color: var(--wsm-dim);
        font-size: var(--wsm-small);
        line-height: 20px;
        text-overflow: ellipsis;
        white-space: nowrap;
        cursor: pointer;
      }
      .body {
        max-height: 180px;
        padding-bottom: 6px;
        overflow: auto;
      }
      h3 {
        margin: 6px 0 0;
        color: var(--wsm-dim);
        font-size: var(--wsm-small);
        font-weight: 600;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        line-height: 18px;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) module: ModuleSummary | null = null;
  @property({ attribute: false }) stubsCalled: readonly StubUse[] = [];

  override render() {
    const { module } = this;
    if (!module) return nothing;
    const { memory, imports, exports } = module;
    const called = this.stubsCalled.length;
    return html`<details>
      <summary>
        ${memory.kind} memory, ${count(memory.pages, 'page')} · ${count(imports.length, 'import')} ·
        ${count(exports.length, 'export')}
        ${called > 0 ? html`· <span class="warning">▲ ${count(called, 'stub')} called</span>` : nothing}
      </summary>
      <div class="body">
        <h3>Memory</h3>
        <p>${memoryText(memory)}</p>
        ${imports.length > 0 ? html`<h3>Imports</h3>` : nothing}
        <ul class="mono">
          ${imports.map(entry => this.importEntry(entry))}
        </ul>
        <h3>Exports</h3>
        <ul class="mono">
          ${
            exports.length > 0
              ? exports.map(({ name, type }) => html`<li>${name} <span class="dim">${type}</span></li>`)
              : html`<li class="dim">none</li>`
          }
        </ul>
        <p class="dim">${sizeText(module.size)} of WebAssembly</p>
      </div>
    </details>`;
  }

  private importEntry({ module, name, type, provided }: ImportSummary) {
    const use = this.stubsCalled.find(stub => stub.module === module && stub.name === name);
    return html`<li>
      ${module}.${name} <span class="dim">${type} ← ${PROVIDED[provided]}</span>
      ${use ? html`<span class="warning">▲ called ${count(use.calls, 'time')}</span>` : nothing}
    </li>`;
  }
}

/** `imported, 1 … 16 pages of 64 KiB, shared; runs with 17 pages` */
export function memoryText({ kind, minimum, maximum, shared: isShared, pages }: MemorySummary): string {
  const limits = maximum === null ? `${count(minimum, 'page')} or more` : `${minimum} … ${count(maximum, 'page')}`;
  const how = kind === 'defined' ? 'defined (made an import)' : 'imported';
  return `${how}, ${limits} of 64 KiB${isShared ? ', shared' : ''}; runs with ${count(pages, 'page')}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-module-facts': ModuleFacts;
  }
}
