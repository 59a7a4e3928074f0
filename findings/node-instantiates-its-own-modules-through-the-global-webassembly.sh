#!/usr/bin/env bash
# Node 24.21.0, without this project: who puts a function of their own in the place of WebAssembly.instantiate, WebAssembly.Module or
# WebAssembly.Instance (to trace, to record, to cache compiled modules) is called for modules of Node's own, too, since Node's packages take the
# global object as it is when they first need it. The first fetch of a script compiles and instantiates the parser of HTTP, and the first use of
# module.stripTypeScriptTypes, or the start of a script in TypeScript, a compiler of 2.8 MB. A script that makes no module sees one being made,
# before its own where it uses instantiateStreaming(fetch(…)). The call stack tells: its first frame that is a file begins with node:internal/deps/.
#
# Seen:
#   fetch: a module with llhttp_alloc, made from node:internal/deps/undici/undici: true
#   stripTypeScriptTypes: a module with transformSync, made from node:internal/deps/amaro/dist/index: true
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-audit --no-fund --prefix . node@24.21.0 >/dev/null
cat > check.mjs <<'END'
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
process.removeAllListeners('warning');
const seen = [];
/** Notes what is made, and who has called. */
const note = made => {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, sites) => sites.map(site => site.getFileName());
  const files = new Error().stack;
  Error.prepareStackTrace = prepareStackTrace;
  const caller = files.find(file => file !== null && file !== import.meta.url);
  if (made instanceof WebAssembly.Module) seen.push({ caller, names: WebAssembly.Module.exports(made).map(each => each.name) });
};
const { instantiate, Instance } = WebAssembly;
WebAssembly.instantiate = (source, ...more) => {
  note(source);
  return instantiate(source, ...more);
};
WebAssembly.Instance = function (module, ...more) {
  note(module);
  return new Instance(module, ...more);
};
const tell = (what, name, file) => {
  const from = seen.find(each => each.names.some(each => each.includes(name)));
  console.log(`${what}: a module with ${name}, made from ${file}: ${from?.caller === file}`);
};
const server = createServer((_, response) => response.end('x')).listen(0, '127.0.0.1');
await new Promise(done => server.once('listening', done));
await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
server.close();
server.closeAllConnections();
tell('fetch', 'llhttp_alloc', 'node:internal/deps/undici/undici');
stripTypeScriptTypes('const x: number = 1');
tell('stripTypeScriptTypes', 'transformSync', 'node:internal/deps/amaro/dist/index');
END
node_modules/node/bin/node check.mjs | tee seen
diff seen - <<'END'
fetch: a module with llhttp_alloc, made from node:internal/deps/undici/undici: true
stripTypeScriptTypes: a module with transformSync, made from node:internal/deps/amaro/dist/index: true
END
