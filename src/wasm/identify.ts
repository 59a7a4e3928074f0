// Says what a file is by its first bytes, since many files named .wasm are no WebAssembly module.

export type FileKind =
  | { readonly kind: 'module' }
  | { readonly kind: 'empty' }
  /** a header that ends too early */
  | { readonly kind: 'truncated' }
  | { readonly kind: 'component' }
  /** WebAssembly of a version that nobody defined yet */
  | { readonly kind: 'version'; readonly version: number }
  /** something else; `what` reads "an HTML page" */
  | { readonly kind: 'other'; readonly what: string };

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const CORE_VERSION = 1;
/** Upper half of the version field, which the component model calls the layer. */
const COMPONENT_LAYER = 1;

const OTHER_MAGIC: readonly { readonly bytes: readonly number[]; readonly what: string }[] = [
  { bytes: [0x7f, 0x45, 0x4c, 0x46], what: 'an ELF binary (a native program or library)' },
  { bytes: [0x4d, 0x5a], what: 'a Windows program' },
  { bytes: [0xcf, 0xfa, 0xed, 0xfe], what: 'a Mach-O binary (a native program or library)' },
  { bytes: [0x42, 0x43, 0xc0, 0xde], what: 'LLVM bitcode' },
  { bytes: [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e], what: 'a static library' },
  { bytes: [0x1f, 0x8b], what: 'a gzip archive' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: 'a zip archive' },
];

const TEXT_STARTS: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /^version https:\/\/git-lfs/, what: 'a Git LFS pointer, not the file it stands for' },
  { pattern: /^<(!doctype html|html|head|body|!--)/i, what: 'an HTML page' },
  { pattern: /^<\?xml/i, what: 'an XML file' },
  { pattern: /^\((module|component)\b/, what: 'WebAssembly text, not the binary format' },
  { pattern: /^[{[]/, what: 'JSON text' },
];

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  start.every((byte, index) => bytes[index] === byte);

function identifyOther(bytes: Uint8Array): string {
  const magic = OTHER_MAGIC.find(({ bytes: start }) => startsWith(bytes, start));
  if (magic) return magic.what;
  const text = new TextDecoder().decode(bytes.subarray(0, 256)).trimStart();
  const start = TEXT_STARTS.find(({ pattern }) => pattern.test(text));
  if (start) return start.what;
  const hex = Array.from(bytes.subarray(0, 4), byte => byte.toString(16).padStart(2, '0')).join(' ');
  return `some other format (it starts with ${hex})`;
}

export function identify(bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return { kind: 'empty' };
  const header = MAGIC.slice(0, bytes.length);
  if (!startsWith(bytes, header)) return { kind: 'other', what: identifyOther(bytes) };
  if (bytes.length < 8) return { kind: 'truncated' };
  const version = bytes[4] | (bytes[5] << 8);
  const layer = bytes[6] | (bytes[7] << 8);
  if (layer === COMPONENT_LAYER) return { kind: 'component' };
  if (version !== CORE_VERSION || layer !== 0) return { kind: 'version', version: version | (layer << 16) };
  return { kind: 'module' };
}
