import { expect, it } from 'vitest';
import { identify } from '../../../src/wasm/identify.ts';

const ascii = (value: string): number[] => [...Buffer.from(value, 'latin1')];
const fileOf = (bytes: readonly number[]) => identify(Uint8Array.from(bytes));

it('knows a core module by magic, version 1 and layer 0', () => {
  expect(fileOf([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])).toEqual({ kind: 'module' });
});

it('knows a component by its layer, whatever its version', () => {
  expect(fileOf([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0])).toEqual({ kind: 'component' });
  expect(fileOf([0, 0x61, 0x73, 0x6d, 1, 0, 1, 0])).toEqual({ kind: 'component' });
});

it('gives the version where nobody defined it', () => {
  expect(fileOf([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0])).toEqual({ kind: 'version', version: 2 });
  expect(fileOf([0, 0x61, 0x73, 0x6d, 1, 0, 2, 0])).toEqual({ kind: 'version', version: 0x2_0001 });
  expect(fileOf([0, 0x61, 0x73, 0x6d, 0, 1, 0, 0])).toEqual({ kind: 'version', version: 256 });
});

it('calls each beginning of a header truncated, and nothing empty', () => {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  expect(fileOf([])).toEqual({ kind: 'empty' });
  for (let length = 1; length < 8; length++) expect(fileOf(header.slice(0, length))).toEqual({ kind: 'truncated' });
});

it.each([
  [[0x7f, ...ascii('ELF'), 2, 1, 1, 0], /ELF/],
  [ascii('MZ\x90\0'), /Windows/],
  [[0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1], /Mach-O/],
  [ascii('BC\xc0\xde'), /bitcode/],
  [ascii('!<arch>\n'), /static library/],
  [[0x1f, 0x8b, 8, 0], /gzip/],
  [ascii('PK\x03\x04'), /zip/],
  [ascii('version https://git-lfs.github.com/spec/v1\noid sha256:00'), /Git LFS/],
  [ascii('<!DOCTYPE html><html>'), /HTML/],
  [ascii('\n  <HTML lang="en">'), /HTML/],
  [[0xef, 0xbb, 0xbf, ...ascii('<html>')], /HTML/],
  [ascii('<?xml version="1.0"?><Error/>'), /XML/],
  [ascii('(module (memory 1))'), /WebAssembly text/],
  [ascii('{"message":"Not Found"}'), /JSON/],
  [ascii('[1]'), /JSON/],
])('names what begins with %j', (bytes, what) => {
  expect(fileOf(bytes)).toEqual({ kind: 'other', what: expect.stringMatching(what) });
});

it('shows the first bytes of what it does not know, however few there are', () => {
  expect(fileOf([0xde, 0xad, 0xbe, 0xef, 1])).toEqual({ kind: 'other', what: expect.stringContaining('de ad be ef)') });
  expect(fileOf([0x0a])).toEqual({ kind: 'other', what: expect.stringContaining('(it starts with 0a)') });
  expect(fileOf([0x00, 0x61, 0x73, 0x6e])).toEqual({ kind: 'other', what: expect.stringContaining('00 61 73 6e') });
});
