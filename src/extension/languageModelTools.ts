// VS Code's language models ask about the runs and recordings that panels show, by the same tools as over the Model Context Protocol.
import * as vscode from 'vscode';
import { TOOL_NAMES, type ToolName } from '../answers/toolNames.ts';
import { messageOf } from '../protocol/text.ts';
import type { ShownRun } from './runs.ts';

/** @param shown the runs that are open, the one that is looked at first */
export function registerLanguageModelTools(shown: () => readonly ShownRun[]): vscode.Disposable {
  return vscode.Disposable.from(
    ...TOOL_NAMES.map(name =>
      vscode.lm.registerTool<object>(name, {
        async invoke({ input }) {
          const text = await answer(name, input, shown());
          return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
        },
      }),
    ),
  );
}

/** @throws Error whose message is for the model: what was wrong with its question */
async function answer(name: ToolName, input: unknown, shown: readonly ShownRun[]): Promise<string> {
  const { TOOLS } = await import('./later.ts');
  const tool = TOOLS.find(each => each.name === name);
  if (!tool) throw new Error(`There is no tool ${name}.`);
  try {
    return await tool.answer(namedRecordings(shown), input);
  } catch (error) {
    throw new Error(messageOf(error));
  }
}

/** Each by the name of its file; of several of one name the later ones have a number. */
function namedRecordings(shown: readonly ShownRun[]) {
  const seen = new Map<string, number>();
  return shown.map(({ run, source }) => {
    const { label } = source.view;
    const number = (seen.get(label) ?? 0) + 1;
    seen.set(label, number);
    const { snapshot, recording } = run;
    const ask: typeof recording.ask = (query, params) => recording.ask(query, params);
    return { name: number === 1 ? label : `${label} (${number})`, snapshot, ask };
  });
}
