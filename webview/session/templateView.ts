// Which templates the user shows, where, and what of them is open.
import { parseType } from '../../src/protocol/templateParser.ts';
import type { Templates } from '../../src/protocol/templates.ts';
import { placedRoot, type TemplateRoot } from '../data/templateTree.ts';

/** A type that the user put at an address. */
export interface ShownTemplate {
  /** As it is written in a file of templates. */
  readonly type: string;
  readonly address: number;
}

export class TemplateView {
  /** The tree is open. */
  shown: boolean;
  roots: readonly ShownTemplate[];
  /** Paths of the rows whose parts are shown. */
  readonly opened = new Set<string>();

  /**
   * @param changed called after each change that the user made
   * @param kept what was shown before the webview was hidden; undefined where the tree was closed
   */
  constructor(
    private readonly changed: () => void,
    kept: readonly ShownTemplate[] | undefined,
  ) {
    this.shown = kept !== undefined;
    this.roots = kept ?? [];
  }

  show(shown: boolean): void {
    this.shown = shown;
    this.changed();
  }

  /** Puts a type at an address, and opens it. */
  add(template: ShownTemplate): void {
    const isThere = this.roots.some(({ type, address }) => type === template.type && address === template.address);
    if (!isThere) this.roots = [...this.roots, template];
    this.opened.add(`${template.type}@${template.address}`);
    this.changed();
  }

  /** @param index its place among the user's roots */
  remove(index: number): void {
    this.roots = this.roots.filter((_, i) => i !== index);
    this.changed();
  }

  open(path: string, open: boolean): void {
    if (open) this.opened.add(path);
    else this.opened.delete(path);
    this.changed();
  }

  /**
   * What the user and the file put at addresses; types that are no longer there are left out.
   * @param littleEndian of numbers that the user put there; a struct says its own order
   */
  rootsIn(templates: Templates, littleEndian: boolean): TemplateRoot[] {
    const own = this.roots.flatMap(({ type, address }, root): TemplateRoot[] => {
      const parsed = parseType(type, templates);
      return parsed.ok ? [{ name: type, type: parsed.type, address, littleEndian, root }] : [];
    });
    return [...own, ...templates.placed.map(placedRoot)];
  }
}
