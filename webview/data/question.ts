// A question to the extension host of which only the latest answer matters: what the user moved on from is dropped.

export interface QuestionOptions<Params, Answer> {
  readonly send: (params: Params) => Promise<Answer>;
  readonly answered: () => void;
  /** The host's words. The same question is not sent again until another one was. */
  readonly failed: (message: string) => void;
}

export class Question<Params, Answer> {
  /** null until the answer to the latest question came */
  answer: Answer | null = null;
  private asked = '';

  constructor(private readonly options: QuestionOptions<Params, Answer>) {}

  /** Sends the question, unless it is the one that was sent last. */
  ask(params: Params): void {
    const key = JSON.stringify(params);
    if (key === this.asked) return;
    this.asked = key;
    this.answer = null;
    this.options.send(params).then(
      answer => {
        if (key !== this.asked) return;
        this.answer = answer;
        this.options.answered();
      },
      (error: unknown) => {
        if (key === this.asked) this.options.failed(messageOf(error));
      },
    );
  }

  /** Forgets question and answer. */
  clear(): void {
    this.asked = '';
    this.answer = null;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
