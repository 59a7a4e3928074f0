// Writes the files that no compiler makes: broken, foreign, or ahead of their time. Bytes are written by hand, after the
// WebAssembly specification's chapter 5 (binary format), so that nothing here shares code with what it tests.
import { readFileSync, writeFileSync } from 'node:fs';

const here = name => new URL(name, import.meta.url);
const write = (name, bytes) => writeFileSync(here(`${name}.wasm`), Uint8Array.from(bytes));
const writeText = (name, text) => writeFileSync(here(`${name}.wasm`), text);

const MAGIC = [0x00, 0x61, 0x73, 0x6d]; // \0asm
const HEADER = [...MAGIC, 0x01, 0x00, 0x00, 0x00];
const ascii = text => [...text].map(character => character.charCodeAt(0));
const name = text => [text.length, ...ascii(text)];
/** All sections here are shorter than 128 bytes, so their size is one byte. */
const section = (id, ...contents) => [id, contents.flat().length, ...contents.flat()];

// The demo in its smallest form, as sections to take apart.
const types = section(1, [2, 0x60, 0, 1, 0x7f, 0x60, 1, 0x7f, 0]); // () -> i32, (i32) -> ()
const memoryImport = section(2, [1], name('env'), name('memory'), [0x02, 0x00, 1]);
const functions = section(3, [2, 0, 1]);
const exports = section(7, [2], name('alloc_11'), [0x00, 0], name('add_23'), [0x00, 1]);
const allocBody = [0, 0x41, 0x80, 0x08, 0x41, 11, 0x36, 2, 0, 0x41, 0x80, 0x08, 0x0b]; // mem[1024] = 11; 1024
const addBody = [0, 0x20, 0, 0x20, 0, 0x28, 2, 0, 0x41, 23, 0x6a, 0x36, 2, 0, 0x0b]; // mem[p] = mem[p] + 23
const body = bytes => [bytes.length, ...bytes];
const code = section(10, [2], body(allocBody), body(addBody));

// --- no WebAssembly at all ---
write('empty', []);
writeText('html-page', '<!DOCTYPE html>\n<html lang="en">\n<head><title>404 Not Found</title></head>\n<body>guest.wasm</body>\n</html>\n');
writeText(
  'git-lfs-pointer',
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n',
);
writeText('text-format', '(module\n  (import "env" "memory" (memory 1)))\n');
write('elf', [
  0x7f, ...ascii('ELF'), 2, 1, 1, 0, ...Array(8).fill(0), // 64 bit, little endian, version 1, System V
  3, 0, 0x3e, 0, 1, 0, 0, 0, // shared object, x86-64, version 1
  ...Array(24).fill(0), // entry, program headers, section headers: none
  0, 0, 0, 0, 64, 0, 56, 0, 0, 0, 64, 0, 0, 0, 0, 0, // flags, header size 64, entry sizes and counts
]);
write('wrong-magic', [...ascii('asm\0'), 0x01, 0x00, 0x00, 0x00]); // the magic's bytes in another order
write('version-2', [...MAGIC, 0x02, 0x00, 0x00, 0x00]);
write('component', [...MAGIC, 0x0d, 0x00, 0x01, 0x00]); // version 13, layer 1

// --- cut off; demo/wat.wasm is a good module with a name section at its end ---
const whole = readFileSync(here('../demo/wat.wasm'));
const starts = {}; // offset of each section's id byte
for (let offset = 8; offset < whole.length; offset += 2 + whole[offset + 1]) starts[whole[offset]] = offset;
const CODE = 10;
const CUSTOM = 0;
write('cut-in-header', whole.subarray(0, 6));
write('cut-after-section-id', whole.subarray(0, starts[CODE] + 1));
write('cut-in-code', whole.subarray(0, starts[CODE] + 20));
write('cut-before-code', whole.subarray(0, starts[CODE])); // every section is whole, but the function bodies are gone
write('cut-in-names', whole.subarray(0, starts[CUSTOM] + 30));
write('header-only', HEADER); // a valid module with nothing in it

// --- malformed modules ---
write('section-out-of-order', [HEADER, types, memoryImport, functions, code, exports].flat()); // exports (7) after code (10)
write('overlong-leb', [
  HEADER, types,
  // 1 import written as a LEB128 of six bytes: an u32 has at most five
  section(2, [0x81, 0x80, 0x80, 0x80, 0x80, 0x00], name('env'), name('memory'), [0x02, 0x00, 1]),
  functions, exports, code,
].flat());
write('section-size-too-small', [
  HEADER, types, [2, memoryImport[1] - 1, ...memoryImport.slice(2)], functions, exports, code, // one byte less than there is
].flat());
write('name-not-utf8', [
  HEADER, types,
  section(2, [1], [3, 0xff, 0xfe, 0xfd], name('memory'), [0x02, 0x00, 1]), // 0xff never occurs in UTF-8
  functions, exports, code,
].flat());
write('type-mismatch', [
  HEADER, types, memoryImport, functions, exports,
  section(10, [2], body([0, 0x42, 11, 0x0b]), body(addBody)), // alloc_11 leaves an i64 where its type says i32
].flat());
write('minimum-above-limit', [
  HEADER, types,
  section(2, [1], name('env'), name('memory'), [0x02, 0x00, 0x81, 0x80, 0x04]), // 65537 pages, one more than 4 GiB
  functions, exports, code,
].flat());

// What a rewriter that decodes loosely would turn into good modules.
const withMemory = limits => [
  HEADER, types,
  section(2, [1], name('env'), name('memory'), [0x02, ...limits]),
  functions, exports, code,
].flat();
write('shared-without-maximum', withMemory([0x02, 1])); // flag 2: shared, and no maximum, which shared memories need
write('maximum-below-minimum', withMemory([0x01, 2, 1])); // flag 1: a maximum follows
write('unknown-memory', [
  HEADER, types, memoryImport, functions, exports, code,
  section(11, [1, 0x02, 0x01, 0x41, 0, 0x0b, 1, 0xaa]), // a data segment for memory 1; there is only memory 0
].flat());

// --- features that can't be run, or memories that can't be shared ---
write('stringref', [
  HEADER,
  section(1, [3, 0x60, 0, 1, 0x7f, 0x60, 1, 0x7f, 0, 0x60, 1, 0x67, 0]), // a third type, (stringref) -> ()
  memoryImport, functions, exports, code,
].flat());
write('wide-arithmetic', [
  HEADER, types, memoryImport, functions, exports,
  section(10, [2], body(allocBody), body([
    0, 0x42, 1, 0x42, 0, 0x42, 2, 0x42, 0, 0xfc, 0x13, 0x1a, 0x1a, 0x0b, // i64.add128 (0xfc 0x13) of 1 and 2, both results dropped
  ])),
].flat());
write('custom-page-size', withMemory([0x08, 1, 0x00])); // flag 8: a page size follows, 2^0 bytes
write('memory64', [
  HEADER,
  section(1, [2, 0x60, 0, 1, 0x7e, 0x60, 1, 0x7e, 0]), // addresses are i64: () -> i64, (i64) -> ()
  section(2, [1], name('env'), name('memory'), [0x02, 0x04, 0x81, 0x80, 0x04]), // flag 4: 64-bit addresses; 65537 pages
  functions, exports,
  section(10, [2],
    body([0, 0x42, 0x80, 0x08, 0x41, 11, 0x36, 2, 0, 0x42, 0x80, 0x08, 0x0b]),
    body(addBody)), // the same instructions, with an i64 address
].flat());
