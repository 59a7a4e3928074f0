// The workspace's templates: the text as the host sends it, and what it says.
import type { TemplatesFile } from '../../src/protocol/panel.ts';
import { parseTemplates } from '../../src/protocol/templateParser.ts';
import { NO_TEMPLATES, type TemplateError, type Templates } from '../../src/protocol/templates.ts';
import { messageOf } from '../../src/protocol/text.ts';
import { Changing } from './changing.ts';

export interface TemplatesDataOptions {
  /** Asks the host. */
  readonly read: () => Promise<TemplatesFile>;
  readonly failed: (message: string) => void;
}

/** Changes whenever the text does. */
export class TemplatesData extends Changing {
  /** Null while it was not asked for, or is on its way. */
  file: TemplatesFile | null = null;
  /** The last ones that were understood: a half-typed struct takes nothing from the tree. */
  templates: Templates = NO_TEMPLATES;
  /** What is wrong with the text; null where nothing is. */
  error: TemplateError | null = null;
  private asked = false;

  constructor(private readonly options: TemplatesDataOptions) {
    super();
  }

  /** Asks for the text, once: the host tells of changes by itself. What can't be read is asked for again when the tree was closed. */
  ask(): void {
    if (this.asked) return;
    this.asked = true;
    this.options.read().then(
      file => this.take(file),
      (error: unknown) => this.options.failed(messageOf(error)),
    );
  }

  /** The tree is closed. */
  rest(): void {
    this.asked = this.file !== null;
  }

  /** Takes the text as it is now. */
  take(file: TemplatesFile): void {
    this.file = file;
    const parsed = parseTemplates(file.text ?? '');
    this.error = parsed.ok ? null : parsed.error;
    if (parsed.ok) this.templates = parsed.templates;
    this.changed();
  }
}
