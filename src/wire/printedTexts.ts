// What a guest printed in a call.
import type { Printed } from '../protocol/engine.ts';

/** Texts kept of one call, and characters of a line: a guest that prints for ever must not fill the host's memory. */
const MAX_TEXTS = 1000;
const MAX_LINE = 65_536;

export class PrintedTexts {
  readonly texts: string[] = [];
  private last: Printed['kind'] | null = null;
  /** The text that memory is compared with. */
  private compared = '';

  /** The number at the end of the text that was printed last: the value in `push[#1]: 57`; null where there is none. */
  get value(): number | null {
    // Its end alone: a text of digits would be gone through from each of them.
    const match = /-?\d+$/.exec(this.compared.trimEnd().slice(-256));
    return match ? Number(match[0]) : null;
  }

  /** @returns whether anything of it is kept */
  add({ kind, text }: Printed): boolean {
    const continues = this.continuesLine(kind);
    this.last = kind;
    // Of a text that is not kept the number is compared all the same.
    if (kind === 'text' || kind === 'stdout')
      this.compared = ((continues ? this.compared : '') + text).slice(-MAX_LINE);
    const { texts } = this;
    if (continues) texts[texts.length - 1] += text;
    else if (texts.length > MAX_TEXTS) return false;
    else texts.push(texts.length < MAX_TEXTS ? text : '(more was printed and is left out)');
    return true;
  }

  /** Whether a piece of a stream belongs to the line that the piece before began. */
  private continuesLine(kind: Printed['kind']): boolean {
    if (kind !== this.last || (kind !== 'stdout' && kind !== 'stderr')) return false;
    const line = this.texts.at(-1) ?? '';
    return this.texts.length <= MAX_TEXTS && !line.endsWith('\n') && line.length < MAX_LINE;
  }
}
