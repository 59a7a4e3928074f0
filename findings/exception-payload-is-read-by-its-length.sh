#!/usr/bin/env bash
# Node 24.21.0, without this project: by the JavaScript API of WebAssembly the payload of `new WebAssembly.Exception(tag, payload)` and the
# parameters of `new WebAssembly.Tag({ parameters })` are sequences, so that any iterable will do. V8 does not iterate: it reads `length`, and then
# the indices. A Set or a generator is refused, with a message that speaks of its length; an object that can't be iterated, but has a length, is taken.
# So what stands between a program and these constructors must hand on what it is given, and not read it with an iterator.
#
# Seen:
#   array: 1 2
#   typed array: 1 2
#   Set: TypeError: WebAssembly.Exception(): Exception values argument has no length
#   generator: TypeError: WebAssembly.Exception(): Exception values argument has no length
#   length and indices, no iterator: 1 2
#   parameters in a Set: TypeError: WebAssembly.Tag(): Argument 0 contains parameters without 'length'
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-audit --no-fund --prefix . node@24.21.0 >/dev/null
cat > check.mjs <<'JS'
const tag = new WebAssembly.Tag({ parameters: ['i32', 'i32'] });
const tell = (what, of) => {
  try {
    console.log(`${what}: ${of()}`);
  } catch (error) {
    console.log(`${what}: ${error.name}: ${error.message}`);
  }
};
const values = payload => {
  const exception = new WebAssembly.Exception(tag, payload);
  return `${exception.getArg(tag, 0)} ${exception.getArg(tag, 1)}`;
};
tell('array', () => values([1, 2]));
tell('typed array', () => values(Int32Array.of(1, 2)));
tell('Set', () => values(new Set([1, 2])));
tell('generator', () => values((function* () { yield 1; yield 2; })()));
tell('length and indices, no iterator', () => values({ length: 2, 0: 1, 1: 2 }));
tell('parameters in a Set', () => new WebAssembly.Tag({ parameters: new Set(['i32']) }));
JS
node_modules/node/bin/node check.mjs > seen
cat seen
diff - seen <<'OUTPUT'
array: 1 2
typed array: 1 2
Set: TypeError: WebAssembly.Exception(): Exception values argument has no length
generator: TypeError: WebAssembly.Exception(): Exception values argument has no length
length and indices, no iterator: 1 2
parameters in a Set: TypeError: WebAssembly.Tag(): Argument 0 contains parameters without 'length'
OUTPUT
