// Which calls of a program are recorded, where not all of them are. Calls are those that the host makes by itself; what is called in one
// belongs to it.

/** As the user asks for it. */
export interface PartRequest {
  /** Part of the names of the functions whose calls count; null for all. */
  readonly function: string | null;
  /** The first one of these calls that is recorded, from 1 on. */
  readonly fromCall: number;
  /** How many of them are; null for all that follow. */
  readonly calls: number | null;
  /** Shared: one word, 1 while recording is switched on. */
  readonly isOn: Int32Array<SharedArrayBuffer>;
}

export function newSwitch(isOn: boolean): Int32Array<SharedArrayBuffer> {
  const word = new Int32Array(new SharedArrayBuffer(4));
  word[0] = isOn ? 1 : 0;
  return word;
}

export class RecordedPart {
  /** Calls that were made, those of them that count, and those that are recorded. */
  private made = 0;
  private counted = 0;
  private taken = 0;
  private firstTaken = 0;

  constructor(private readonly request: PartRequest) {}

  /** Whether recording begins with the first instance, and ends with the program, if nobody switches it off. */
  get isWhole(): boolean {
    const { fromCall, calls, function: name } = this.request;
    return fromCall === 1 && calls === null && name === null && this.isOn;
  }

  /** A call is about to be made by the host itself. @returns whether it is recorded */
  takes(name: string): boolean {
    const { request } = this;
    this.made++;
    if (request.function !== null && !name.includes(request.function)) return false;
    this.counted++;
    const isWanted =
      this.isOn && this.counted >= request.fromCall && (request.calls === null || this.taken < request.calls);
    if (!isWanted) return false;
    if (this.taken++ === 0) this.firstTaken = this.made;
    return true;
  }

  /** What is to be said of it at the end; null where everything was recorded. */
  get note(): string | null {
    const { made, taken, firstTaken, request } = this;
    if (taken === made) return null;
    const which =
      request.function === null
        ? ''
        : `, ${this.counted} of them of functions with '${request.function}' in their names`;
    const all = `The program made ${made} calls by itself${which}`;
    return taken === 0
      ? `${all}: none of those that were to be recorded.`
      : `${all}. Recorded are ${taken}: the first is its call ${firstTaken}. What was written between them is shown as unrecorded.`;
  }

  private get isOn(): boolean {
    return Atomics.load(this.request.isOn, 0) !== 0;
  }
}
