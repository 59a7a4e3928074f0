#!/usr/bin/env bash
# Node 24.21.0, without this project: by the JavaScript API of WebAssembly, `WebAssembly.instantiate(module, imports)` makes the instance in a task
# of its own, after it has returned its promise. V8 makes it before it returns: the start function, and the imports that it calls, run while the
# caller waits, and the promise is settled already, so that who waits for it goes on before promises that were resolved before. Of bytes the instance
# is made later, as one would guess. And `instantiateStreaming` calls itself `instantiate` where an import is missing.
#
# Seen:
#   of a module: start, returned, made, other
#   of bytes: returned, other, start, made
#   of a stream: WebAssembly.instantiate(): Import #0 "e": module is not an object or function
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-audit --no-fund --prefix . node@24.21.0 >/dev/null
cat > check.mjs <<'JS'
// (module (import "e" "f" (func)) (start 0))
const bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x65, 1, 0x66, 0, 0, 8, 1, 0);
const order = async (what, source) => {
  const log = [];
  Promise.resolve().then(() => {}).then(() => log.push('other'));
  const made = WebAssembly.instantiate(source, { e: { f: () => log.push('start') } }).then(() => log.push('made'));
  log.push('returned');
  await made;
  await new Promise(done => setTimeout(done, 50));
  console.log(`${what}: ${log.join(', ')}`);
};
await order('of a module', new WebAssembly.Module(bytes));
await order('of bytes', bytes);
const response = new Response(bytes, { headers: { 'content-type': 'application/wasm' } });
await WebAssembly.instantiateStreaming(response, {}).catch(error => console.log(`of a stream: ${error.message}`));
JS
node_modules/node/bin/node check.mjs > seen
cat seen
diff - seen <<'OUTPUT'
of a module: start, returned, made, other
of bytes: returned, other, start, made
of a stream: WebAssembly.instantiate(): Import #0 "e": module is not an object or function
OUTPUT
