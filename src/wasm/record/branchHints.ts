// Says of the branches that the rewrite adds that they are hardly ever taken (the custom section of the branch hinting proposal): V8 takes what stands
// there out of the way, and saves registers there alone. Without, each call for a part without a mark costs all the code around it.
import { ByteWriter } from '../byteWriter.ts';

const SECTION_NAME = 'metadata.code.branch_hint';
const HINT_BYTES = 1;
const UNLIKELY = 0;

export class BranchHints {
  private readonly functions = new ByteWriter();
  private count = 0;

  /**
   * Takes a function in, the functions in ascending order.
   * @param index in the new module
   * @param unlikely offsets in its body of the `if`s that are hardly ever taken, ascending
   */
  add(index: number, unlikely: readonly number[]): void {
    if (unlikely.length === 0) return;
    this.count++;
    this.functions.u32(index).u32(unlikely.length);
    for (const offset of unlikely) this.functions.u32(offset).u32(HINT_BYTES).byte(UNLIKELY);
  }

  /** Contents of the section, which stands before the code section. */
  section(): Uint8Array {
    return new ByteWriter(this.functions.size + 64)
      .name(SECTION_NAME)
      .u32(this.count)
      .bytes(this.functions.finish())
      .finish();
  }
}
