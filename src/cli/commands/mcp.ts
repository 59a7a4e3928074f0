// `wasm-shared-memory mcp`: answers language models about recordings, over standard input and output.
import { createInterface } from 'node:readline';
import { version } from '../../../package.json';
import type { NamedRecording } from '../../answers/tools.ts';
import type { Run } from '../../engine/client.ts';
import { defineCommand, UsageError } from '../command.ts';
import { EXIT } from '../exitCode.ts';
import { runOrOpen } from '../input.ts';
import { answerTo } from '../mcp/jsonRpc.ts';
import { serving } from '../mcp/server.ts';
import { MODULES_OR_RECORDING, RUN_OPTIONS, type RunOptions } from '../options.ts';
import { print } from '../output.ts';

export const mcpCommand = defineCommand({
  name: 'mcp',
  usage: 'FILE… [options]',
  about:
    'mcp answers language models about recordings, each FILE one of its own, as a server of the Model Context Protocol over standard input and output, until that ends: what went wrong, who wrote a byte, what memory held, which calls were made.',
  operands: {
    ...MODULES_OR_RECORDING,
    help: 'recordings (.wsmrec), or guests, each of which is run as with run',
    read(files) {
      if (files.length === 0) throw new UsageError("'mcp' needs at least one file: a recording, or a guest to run.");
      return { files };
    },
  },
  options: RUN_OPTIONS,
  async run(line) {
    const runs: Run[] = [];
    try {
      // One after the other: the first that can't be opened ends the command, before anything is answered.
      for (const file of line.files) runs.push(await opened({ ...line, files: [file] }));
      await serve(namedRecordings(line.files, runs));
    } finally {
      for (const run of runs) run.dispose();
    }
    return EXIT.expected;
  },
});

async function opened(options: RunOptions): Promise<Run> {
  const run = await runOrOpen(options);
  await run.done;
  return run;
}

function namedRecordings(files: readonly string[], runs: readonly Run[]): NamedRecording[] {
  return runs.map(({ snapshot, recording }, index) => ({
    name: files[index] ?? '',
    snapshot,
    ask: (name, params) => recording.ask(name, params),
  }));
}

/** Answers line by line until standard input ends, and all that was asked is answered. */
async function serve(recordings: readonly NamedRecording[]): Promise<void> {
  const handle = serving(recordings, version);
  const answers = new Set<Promise<void>>();
  const tell = async (line: string): Promise<void> => {
    const answer = await answerTo(line, handle);
    if (answer !== null) await print(`${answer}\n`);
  };
  for await (const line of createInterface({ input: process.stdin, terminal: false })) {
    if (line.trim() === '') continue;
    const telling: Promise<void> = tell(line).finally(() => answers.delete(telling));
    answers.add(telling);
  }
  await Promise.all(answers);
}
