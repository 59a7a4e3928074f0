// What a panel can show: the guest that ships with the extension, and .wasm files and recordings of any file system that
// VS Code knows.

import * as vscode from 'vscode';
import type { SourceView } from '../protocol/panel.ts';
import type { Problem } from '../protocol/problem.ts';
import { messageOf } from '../protocol/text.ts';
import type { RecordingFolder } from './recordingFolder.ts';

export interface Source {
  /**
   * A bundled guest is part of the extension, so it needs no trust in the workspace; a recording needs none, since
   * nothing of it runs. That of a program is in the extension's own folder until the user saves it.
   */
  readonly kind: 'bundled' | 'file' | 'recording' | 'program';
  /** Where its bytes are. */
  readonly uri: vscode.Uri;
  /** The file that findings in its memory are about: itself, or of a program its script. */
  readonly subject: vscode.Uri;
  readonly view: SourceView;
  /** Modules that share a memory with it; absent where it runs alone. */
  readonly others?: OtherModules;
}

export interface OtherModules {
  /** Of the module itself. */
  readonly own: SourceView;
  readonly sources: readonly Source[];
  /** Whether each of them is made only when its turn comes. */
  readonly areLate: boolean;
}

/** Identities of the bundled guests: the same for every version and place of the extension. */
const BUNDLED_IDENTITY = 'wasm-shared-memory:bundled';
const LUCK_IDENTITY = 'wasm-shared-memory:luck';

/** Before the parts of the identity of several modules: when the others are made, and the files' own identities. */
const TOGETHER_IDENTITY = 'wasm-shared-memory:together';

/** What the name of an exported recording ends with. */
export const RECORDING_EXTENSION = '.wsmrec';

/** Larger files are not read. The engine takes no larger modules (V8's own limit). */
const MAXIMUM_BYTES = { module: 2 ** 30, recording: 2 * 2 ** 30 };

/** How many of a workspace's files are offered. */
const MAXIMUM_FILES = 1000;

/** A file that can't be read or shown; `problem` is what the panel shows. */
export class SourceError extends Error {
  override readonly name = 'SourceError';

  constructor(readonly problem: Problem) {
    super(`${problem.message} ${problem.remedy}`);
  }
}

/** Whether nothing of it can be run again: it is shown as it was recorded. */
export const isRecording = ({ kind }: Source): boolean => kind === 'recording' || kind === 'program';

export class Sources {
  readonly bundled: Source;
  /** One that ends at the right value by luck: it uses the address of a local that is gone. */
  readonly luck: Source;

  /** @param recordings where recordings of programs are */
  constructor(
    extensionUri: vscode.Uri,
    private readonly recordings: Pick<RecordingFolder, 'has'>,
  ) {
    const inDist = (name: string) => vscode.Uri.joinPath(extensionUri, 'dist', name);
    this.bundled = ofExtension(inDist('guest.wasm'), BUNDLED_IDENTITY, vscode.l10n.t('Bundled guest'));
    this.luck = ofExtension(inDist('luck.wasm'), LUCK_IDENTITY, vscode.l10n.t('Right by luck'));
  }

  /** A recording where the name says so, else a module. */
  file(uri: vscode.Uri): Source {
    return ofFile(uri.path.toLowerCase().endsWith(RECORDING_EXTENSION) ? 'recording' : 'file', uri);
  }

  recording(uri: vscode.Uri): Source {
    return ofFile('recording', uri);
  }

  /** The recording of a program. @param script it is called like this one */
  program(file: vscode.Uri, script = file): Source {
    return { kind: 'program', uri: file, subject: script, view: { uri: file.toString(), ...nameAndFolder(script) } };
  }

  /** Several modules over one memory, one instance of each: the first one takes the first turn. */
  together([first, ...sources]: readonly [Source, ...Source[]], areLate: boolean): Source {
    const parts = [first, ...sources].map(({ view }) => encodeURIComponent(view.uri));
    const view = {
      uri: [TOGETHER_IDENTITY, areLate ? 'late' : 'first', ...parts].join(' '),
      label: [first, ...sources].map(each => each.view.label).join(' + '),
      folder: first.view.folder,
    };
    return { ...first, view, others: { own: first.view, sources, areLate } };
  }

  private fromTogether(identity: string): Source | undefined {
    const [, when, ...parts] = identity.split(' ');
    const [first, ...sources] = parts.map(part => this.fromIdentity(decodeURIComponent(part)));
    const others = sources.filter(source => source !== undefined);
    return first && others.length === sources.length ? this.together([first, ...others], when === 'late') : undefined;
  }

  /** The source with this identity (see {@link SourceView.uri}); undefined where the text is none. */
  fromIdentity(identity: string): Source | undefined {
    if (identity === BUNDLED_IDENTITY) return this.bundled;
    if (identity === LUCK_IDENTITY) return this.luck;
    try {
      if (identity.startsWith(`${TOGETHER_IDENTITY} `)) return this.fromTogether(identity);
      const uri = vscode.Uri.parse(identity, true);
      return this.recordings.has(uri) ? this.program(uri) : this.file(uri);
    } catch {
      return undefined;
    }
  }

  /** The workspace's .wasm files, sorted by path; those of `node_modules` and those excluded by `files.exclude` are left out. */
  async findFiles(token: vscode.CancellationToken): Promise<Source[]> {
    const uris = await vscode.workspace.findFiles('**/*.wasm', '**/node_modules/**', MAXIMUM_FILES, token);
    return uris
      .map(uri => this.file(uri))
      .sort((a, b) => a.view.folder.localeCompare(b.view.folder) || a.view.label.localeCompare(b.view.label));
  }

  /** The bytes of its file, and of those that share a memory with it. Throws an {@link SourceError}. */
  async readAll(source: Source): Promise<{ readonly bytes: Uint8Array; readonly others: readonly Uint8Array[] }> {
    const [bytes, ...others] = await Promise.all([
      this.read(source),
      ...(source.others?.sources ?? []).map(each => this.read(each)),
    ]);
    return { bytes, others };
  }

  /** Throws an {@link SourceError}. */
  async read(source: Source): Promise<Uint8Array> {
    try {
      const { size } = await vscode.workspace.fs.stat(source.uri);
      const what = isRecording(source) ? 'recording' : 'module';
      if (size > MAXIMUM_BYTES[what]) throw new SourceError(tooLarge(source.view.label, size, what));
      return await vscode.workspace.fs.readFile(source.uri);
    } catch (error) {
      if (error instanceof SourceError) throw error;
      throw new SourceError(readProblem(source, error));
    }
  }
}

function ofExtension(uri: vscode.Uri, identity: string, label: string): Source {
  return { kind: 'bundled', uri, subject: uri, view: { uri: identity, label, folder: '' } };
}

function ofFile(kind: 'file' | 'recording', uri: vscode.Uri): Source {
  return { kind, uri, subject: uri, view: { uri: uri.toString(), ...nameAndFolder(uri) } };
}

function nameAndFolder(uri: vscode.Uri): { label: string; folder: string } {
  // Relative to the workspace (with the folder's name where there are several), or the whole path outside of it.
  const parts = vscode.workspace.asRelativePath(uri).split(/[\\/]/);
  const label = parts.pop() ?? '';
  return { label, folder: parts.join('/') };
}

function tooLarge(label: string, size: number, what: 'module' | 'recording'): Problem {
  const limit = MAXIMUM_BYTES[what] / 2 ** 30;
  const has = (size / 2 ** 30).toFixed(2);
  return {
    kind: 'unreadable-file',
    message:
      what === 'module'
        ? vscode.l10n.t('{0} has {1} GiB, but a module has {2} GiB at most.', label, has, limit)
        : vscode.l10n.t('{0} has {1} GiB, but a recording has {2} GiB at most.', label, has, limit),
    remedy: vscode.l10n.t('Choose a smaller file.'),
  };
}

function readProblem(source: Source, error: unknown): Problem {
  const path = vscode.workspace.asRelativePath(source.uri);
  const code = error instanceof vscode.FileSystemError ? error.code : '';
  const remedy = vscode.l10n.t('Choose another file.');
  switch (code) {
    case 'FileNotFound':
      return { kind: 'unreadable-file', message: vscode.l10n.t('{0} does not exist (any more).', path), remedy };
    case 'FileIsADirectory':
      return {
        kind: 'unreadable-file',
        message: vscode.l10n.t('{0} is a folder.', path),
        remedy: vscode.l10n.t('Choose a file in it.'),
      };
    case 'NoPermissions':
      return {
        kind: 'unreadable-file',
        message: vscode.l10n.t("{0} can't be read: permission was denied.", path),
        remedy: vscode.l10n.t("Change the file's permissions, or choose another file."),
      };
    default: {
      const reason = messageOf(error);
      return {
        kind: 'unreadable-file',
        message: vscode.l10n.t("{0} can't be read: {1}.", path, reason.replace(/\.$/, '')),
        remedy,
      };
    }
  }
}
