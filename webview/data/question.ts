// A question to the extension host. Only the answer to the latest one matters: the user has moved on from earlier ones.
import { messageOf } from '../../src/protocol/text.ts';
import { Changing } from './changing.ts';

/** Parameters that are all numbers. */
type Numbers<Params> = { readonly [Name in keyof Params]: number };

export interface QuestionOptions<Params, Answer> {
  readonly send: (params: Params) => Promise<Answer>;
  /** The host's message. The same question is not sent again before another one. */
  readonly failed: (message: string) => void;
}

/** Changes when an answer comes. */
export class Question<Params extends Numbers<Params>, Answer> extends Changing {
  /** null until the answer to the latest question came */
  answer: Answer | null = null;
  private asked = '';

  constructor(private readonly options: QuestionOptions<Params, Answer>) {
    super();
  }

  /** Sends the question, unless it is the one that was sent last. */
  ask(params: Params): void {
    const key = keyOf(params);
    if (key === this.asked) return;
    this.asked = key;
    this.answer = null;
    this.options.send(params).then(
      answer => {
        if (key !== this.asked) return;
        this.answer = answer;
        this.changed();
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

/** A key of parameters whose names are written in one order. */
export function keyOf<Params extends Numbers<Params>>(params: Params): string {
  return Object.values(params).join(':');
}
