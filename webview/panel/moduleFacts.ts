// A disclosure with the modules of a run: of each its memory, its imports, what the host provided for each, and its exports; where
// there are several, its instances, too.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { PROVIDED } from '../../src/protocol/provided.ts';
import type { ImportSummary, MemorySummary, ModuleSummary } from '../../src/protocol/run.ts';
import { count } from '../../src/protocol/text.ts';
import type { Run } from '../data/run.ts';
import { sizeText } from '../text/callText.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';

/** Instances that stand beside a module; a program may make hundreds. */
const INSTANCES_BESIDE = 6;

@customElement('wsm-module-facts')
export class ModuleFacts extends LitElement {
  static override styles = [
    shared,
    instanceClasses,
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
      /* The list of modules is scrolled, not each module in it. */
      .body .body {
        max-height: none;
        padding-inline-start: 14px;
      }
      .badge {
        vertical-align: 1px;
      }
      .label {
        color: var(--wsm-fg);
        font-weight: 600;
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

  @property({ attribute: false }) run: Pick<Run, 'modules' | 'instances' | 'stubsCalled'> | null = null;

  override render() {
    const { run } = this;
    if (!run || run.modules.length === 0) return nothing;
    const [only, ...others] = run.modules;
    if (only && others.length === 0)
      return html`<details><summary title=${summaryText(only)}>${summaryText(only)}${this.stubs()}</summary>${this.body(only, null)}</details>`;
    const names = InstanceNames.of(run);
    return html`<details>
      <summary>${count(run.modules.length, 'module')} · ${count(run.instances.length, 'instance')}${this.stubs()}</summary>
      <ul class="body" aria-label="Modules">
        ${run.modules.map((module, index) => this.entry(module, names.labelOf(index), names.instancesOf(index)))}
      </ul>
    </details>`;
  }

  private entry(module: ModuleSummary, label: string | null, instances: readonly number[]) {
    const left = instances.length - INSTANCES_BESIDE;
    return html`<li>
      <details>
        <summary title=${module.name}>
          <span class="label">${label}</span>
          ${instances
            .slice(0, INSTANCES_BESIDE)
            .map(instance => html` <span class="badge ${instanceClass(instance)}">#${instance}</span>`)}
          ${left > 0 ? html`and ${left} more` : nothing} · ${summaryText(module)}
        </summary>
        ${this.body(module, instances)}
      </details>
    </li>`;
  }

  private stubs() {
    const called = this.run?.stubsCalled.length ?? 0;
    return called > 0 ? html` · <span class="warning">▲ ${count(called, 'stub')} called</span>` : nothing;
  }

  /** @param instances null where all are of this module */
  private body({ name, memory, imports, exports, size }: ModuleSummary, instances: readonly number[] | null) {
    return html`<div class="body">
      ${
        instances === null
          ? nothing
          : html`<h3>Instances</h3>
              <p class="mono instances">${instances.map(instance => `#${instance}`).join(', ') || 'none yet'}</p>`
      }
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
      <p class="dim">${instances === null ? nothing : `${name}, `}${sizeText(size)} of WebAssembly</p>
    </div>`;
  }

  private importEntry({ module, name, type, provided }: ImportSummary) {
    const use = this.run?.stubsCalled.find(stub => stub.module === module && stub.name === name);
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

const summaryText = ({ memory, imports, exports }: ModuleSummary): string =>
  [
    `${memory.kind} memory, ${count(memory.pages, 'page')}`,
    count(imports.length, 'import'),
    count(exports.length, 'export'),
  ].join(' · ');

declare global {
  interface HTMLElementTagNameMap {
    'wsm-module-facts': ModuleFacts;
  }
}
