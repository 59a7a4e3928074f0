// A file that can't be run.
import type { Problem, ProblemKind } from '../../protocol/problem.ts';
import type { WasmFormatError } from '../../wasm/errors.ts';

/** A file that can't be run: the problem to show. */
export class InputError extends Error {
  override readonly name = 'InputError';

  /** @param cause what the reader of the format met, where it gave up */
  constructor(
    readonly problem: Problem,
    override readonly cause?: WasmFormatError,
  ) {
    super(`${problem.message} ${problem.remedy}`);
  }
}

export function inputError(kind: ProblemKind, message: string, remedy: string, cause?: WasmFormatError): InputError {
  return new InputError({ kind, message, remedy }, cause);
}
