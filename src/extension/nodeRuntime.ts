// The Node that runs a program: looked for, and asked for its version, before anything is started with it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { list, text } from '../protocol/check.ts';
import { messageOf } from '../protocol/text.ts';

/** Before it, V8 has no modules with several memories, which a recorded module is. */
export const MINIMUM_NODE = 22;

/** How long it may take to tell its version, in milliseconds: a shim that waits for the network would wait for ever. */
const ASK_LIMIT_MS = 30_000;

const QUESTION = 'JSON.stringify([process.execPath, process.versions.node])';
const answer = list(text(1), 2, 2);

const REMEDY = vscode.l10n.t(
  'Install Node {0} or later, or name one with "runtimeExecutable" in the launch configuration.',
  MINIMUM_NODE,
);

/**
 * Path of the executable.
 * @param name a path, or a program on the PATH
 * @param environment of the program, which may have a PATH of its own
 * @throws Error in whole sentences, where it is not there or too old
 */
export async function findNode(name: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const [path = '', version = ''] = await ask(name, environment);
  if (Number.parseInt(version, 10) < MINIMUM_NODE)
    throw new Error(
      vscode.l10n.t(
        '{0} is Node {1}, but recording a program needs Node {2}. {3}',
        path,
        version,
        MINIMUM_NODE,
        REMEDY,
      ),
    );
  return path;
}

/** What runs a program. */
export interface NodeRuntime {
  /** Path of the executable. */
  readonly path: string;
  /** What it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** One or more sentences, where it is not the one that was to be expected: why; else null. */
  readonly note: string | null;
}

/**
 * The Node of the user's choice; where nothing was chosen, that on the PATH, or VS Code's own in its place.
 * @param chosen a path, or a program on the PATH
 * @param environment of the program
 * @param own the executable whose Node runs the extension
 * @throws Error in whole sentences
 */
export async function chooseNode(
  chosen: string | undefined,
  environment: NodeJS.ProcessEnv,
  own = process.execPath,
): Promise<NodeRuntime> {
  try {
    return { path: await findNode(chosen ?? 'node', environment), env: {}, note: null };
  } catch (error) {
    if (chosen !== undefined) throw error;
    const env = process.versions.electron ? AS_NODE : {};
    const path = await findNode(own, { ...environment, ...env }).catch(() => null);
    if (path === null) throw error;
    return { path, env, note: vscode.l10n.t('Programs run with VS Code’s own Node. {0}', messageOf(error)) };
  }
}

/** Makes a Node of VS Code's executable on the desktop. */
const AS_NODE = { ELECTRON_RUN_AS_NODE: '1' };

async function ask(name: string, env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  try {
    const { stdout } = await promisify(execFile)(name, ['-p', QUESTION], { env, timeout: ASK_LIMIT_MS });
    return answer(JSON.parse(stdout), name);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && !/[\\/]/.test(name))
      throw new Error(vscode.l10n.t("There is no '{0}' on the PATH. {1}", name, REMEDY));
    throw new Error(
      isMissing
        ? vscode.l10n.t('{0} does not exist. {1}', name, REMEDY)
        : vscode.l10n.t('{0} is no Node. {1}', name, REMEDY),
    );
  }
}
