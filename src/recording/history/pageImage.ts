// A page of memory with the owner of each of its bytes.

import { OWNER_CODE } from '../../protocol/owner.ts';
import { SHOWN_PAGE_BYTES } from '../../protocol/units.ts';

export class PageImage {
  /** Contents and owners side by side, so that they are kept and copied as one. */
  readonly bytes: Uint8Array;
  readonly contents: Uint8Array;
  /** An `OWNER_CODE` for each byte. */
  readonly owners: Uint8Array;

  /** @param bytes twice a page, which become the image's own; zeros that nobody wrote where there are none */
  constructor(bytes: Uint8Array = new Uint8Array(2 * SHOWN_PAGE_BYTES)) {
    this.bytes = bytes;
    this.contents = bytes.subarray(0, SHOWN_PAGE_BYTES);
    this.owners = bytes.subarray(SHOWN_PAGE_BYTES);
  }

  /** The page before the first step: what is not zero is initial data. */
  static initial(contents: Uint8Array): PageImage {
    const image = new PageImage();
    image.contents.set(contents);
    for (let i = 0; i < contents.length; i++) image.owners[i] = contents[i] ? OWNER_CODE.initial : OWNER_CODE.never;
    return image;
  }

  copy(): PageImage {
    return new PageImage(this.bytes.slice());
  }

  /** Puts `length` bytes (one byte `length` times, for a fill) of `from`, from its offset `at` on, at an offset. */
  write(offset: number, length: number, from: Uint8Array, at: number, fill: boolean, owner: number): void {
    const { contents, owners } = this;
    if (length > 32) {
      if (fill) contents.fill(from[at], offset, offset + length);
      else contents.set(from.subarray(at, at + length), offset);
      owners.fill(owner, offset, offset + length);
      return;
    }
    for (let i = 0; i < length; i++) {
      contents[offset + i] = from[fill ? at : at + i];
      owners[offset + i] = owner;
    }
  }
}
