// Launch configurations that record a program, and their debug sessions: F5, Stop and restart. Nothing is debugged.
import * as vscode from 'vscode';
import { anything, attempt, object, oneOf, text, whole } from '../protocol/check.ts';
import { messageOf } from '../protocol/text.ts';
import { DEBUG_TYPE, parseLaunch } from './programLaunch.ts';
import type { ProgramRecorder, RecordedProgram } from './programRecorder.ts';
import { type Trust, tellUntrusted } from './trust.ts';

export class ProgramDebug implements vscode.DebugConfigurationProvider, vscode.DebugAdapterDescriptorFactory {
  constructor(
    private readonly recorder: Pick<ProgramRecorder, 'start'>,
    private readonly trust: Trust,
  ) {}

  /** F5 without a launch.json means the script in the active editor. */
  resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration | undefined {
    if (!this.trust.trusted) {
      void tellUntrusted();
      return undefined;
    }
    const configuration = given.type ? given : ofActiveEditor();
    return configuration && { internalConsoleOptions: 'neverOpen', ...configuration }; // the output is in the program's terminal
  }

  createDebugAdapterDescriptor(session: vscode.DebugSession): vscode.DebugAdapterDescriptor {
    const start = async () => this.recorder.start(parseLaunch(session.configuration), session.workspaceFolder);
    return new vscode.DebugAdapterInlineImplementation(new ProgramDebugAdapter(start));
  }
}

function ofActiveEditor(): vscode.DebugConfiguration | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri)
    return { type: DEBUG_TYPE, request: 'launch', name: vscode.l10n.t('Record this script'), program: uri.fsPath };
  void vscode.window.showErrorMessage(
    vscode.l10n.t('There is no script to record. Open it in an editor, and start once more.'),
  );
  return undefined;
}

const request = object(
  { seq: whole(), type: oneOf('request'), command: text() },
  { arguments: object({}, { breakpoints: anything }) },
);

/** Speaks the Debug Adapter Protocol for a program that is recorded. */
export class ProgramDebugAdapter implements vscode.DebugAdapter {
  private readonly sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.sent.event;
  private lastSequence = 0;
  private program: Promise<RecordedProgram> | undefined;

  constructor(private readonly start: () => Promise<RecordedProgram>) {}

  handleMessage(message: vscode.DebugProtocolMessage): void {
    const known = attempt(request)(message, 'message');
    if (known) void this.answer(known.seq, known.command, known.arguments?.breakpoints);
  }

  /** The program goes on; its recording is shown when it has ended. */
  dispose(): void {
    this.sent.dispose();
  }

  private async answer(seq: number, command: string, breakpoints: unknown): Promise<void> {
    const response = { type: 'response', request_seq: seq, command };
    try {
      this.send({ ...response, success: true, body: await this.execute(command, breakpoints) });
      if (command === 'launch') this.send({ type: 'event', event: 'initialized' });
    } catch (error) {
      const reason = messageOf(error);
      const body = { error: { id: 1, format: '{reason}', variables: { reason }, showUser: true } };
      this.send({ ...response, success: false, message: reason, body });
    }
  }

  private async execute(command: string, breakpoints: unknown): Promise<object | undefined> {
    switch (command) {
      case 'initialize':
        return { supportsTerminateRequest: true, supportsConfigurationDoneRequest: true };
      case 'launch':
        this.program = this.start();
        void this.followToEnd(await this.program);
        return undefined;
      case 'setBreakpoints':
        return { breakpoints: Array.isArray(breakpoints) ? breakpoints.map(() => NO_BREAKPOINT) : [] };
      case 'threads':
        return { threads: [] };
      case 'configurationDone':
      case 'setFunctionBreakpoints':
      case 'setExceptionBreakpoints':
        return undefined;
      case 'terminate': {
        // Answered when it has ended: only then a restart starts the next one.
        const program = await this.started();
        program?.stop();
        await program?.ended;
        return undefined;
      }
      case 'disconnect':
        (await this.started())?.stop();
        return undefined;
      default:
        throw new Error(vscode.l10n.t("A program that is recorded can't be debugged: there is no '{0}'.", command));
    }
  }

  /** Undefined where it could not be started, which was the answer to `launch`. */
  private async started(): Promise<RecordedProgram | undefined> {
    return this.program?.catch(() => undefined);
  }

  private async followToEnd({ ended }: RecordedProgram): Promise<void> {
    const exitCode = await ended;
    if (exitCode !== undefined) this.send({ type: 'event', event: 'exited', body: { exitCode } });
    this.send({ type: 'event', event: 'terminated' });
  }

  private send(message: object): void {
    this.sent.fire({ seq: ++this.lastSequence, ...message });
  }
}

const NO_BREAKPOINT = { verified: false, message: vscode.l10n.t('A program that is recorded is not stopped.') };
