// Shows how far work is that takes long, in notifications: one for each thing that is done.
import * as vscode from 'vscode';
import { percentOf, type Work, workText } from '../protocol/work.ts';

/** What a notification's button Cancel does; it has none where there is nothing. */
export type CancelWork = { readonly [Kind in Work['kind']]?: () => void };

interface Shown {
  readonly kind: Work['kind'];
  readonly tell: (work: Work) => void;
  readonly end: () => void;
}

export class WorkNotification implements vscode.Disposable {
  private shown: Shown | null = null;
  private isDisposed = false;

  /** @param name of what it is done to */
  constructor(
    private readonly name: string,
    private readonly cancel: CancelWork = {},
  ) {}

  tell(work: Work): void {
    if (this.isDisposed) return;
    if (this.shown?.kind !== work.kind) {
      this.shown?.end();
      this.shown = show(work.kind, this.name, this.cancel[work.kind]);
    }
    this.shown.tell(work);
  }

  dispose(): void {
    this.isDisposed = true;
    this.shown?.end();
  }
}

function show(kind: Work['kind'], name: string, cancel: (() => void) | undefined): Shown {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let latest: Work | null = null;
  let percent = 0;
  let report = (_work: Work): void => {}; // VS Code gives what reports a moment later
  void vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: cancel !== undefined },
    (progress, token) => {
      if (cancel) token.onCancellationRequested(cancel);
      report = work => {
        const increment = percentOf(work) - percent;
        percent += increment;
        progress.report({ message: workText(work, name), increment });
      };
      if (latest) report(latest);
      return ended;
    },
  );
  const tell = (work: Work): void => {
    latest = work;
    report(work);
  };
  return { kind, tell, end };
}
