// `wasm-shared-memory inspect`: what modules claim of memory, before anything runs.
import { InputError, inspectClaims } from '../../engine/client.ts';
import { defineCommand, type Operands, UsageError } from '../command.ts';
import { EXIT } from '../exitCode.ts';
import { isRecording, read } from '../input.ts';
import { type InspectedFile, inspectionDocument, inspectionLines } from '../inspection.ts';
import { JSON_FLAG } from '../options.ts';
import { CommandError, print } from '../output.ts';

const MODULES: Operands<{ readonly files: readonly string[] }> = {
  placeholder: 'FILE…',
  help: 'modules (.wasm), one or several',
  read(files) {
    if (files.length === 0) throw new UsageError("'inspect' needs a module, or several.");
    return { files };
  },
};

export const inspectCommand = defineCommand({
  name: 'inspect',
  usage: 'FILE… [--json]',
  about:
    'inspect runs nothing: it tells which parts of memory a module believes are its own (data, stack, heap), what is a guess and why, what a late instance writes again, and, of several modules, which of these parts overlap.',
  operands: MODULES,
  options: { json: JSON_FLAG },
  async run({ files, json }) {
    const inspected: InspectedFile[] = [];
    const refused: string[] = [];
    for (const file of files) {
      const bytes = await read(file);
      if (isRecording({ path: file, bytes })) {
        refused.push(`${file}: this is a recording, not a module. Ask it with 'who', 'dump', 'diff' or 'trace'.`);
        continue;
      }
      try {
        inspected.push({ file, inspection: inspectClaims(bytes) });
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        refused.push(`${file}: ${error.message}`);
      }
    }
    if (refused.length > 0) throw new CommandError(refused.join('\n'));
    await print(
      json
        ? `${JSON.stringify(inspectionDocument(inspected), null, 2)}\n`
        : inspectionLines(inspected)
            .map(line => `${line}\n`)
            .join(''),
    );
    return EXIT.expected;
  },
});
