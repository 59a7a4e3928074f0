#!/usr/bin/env bash
# tiktoken 1.0.22 and oxigraph 0.4.11, both made by wasm-bindgen 0.2.100, without this project: what wasm-bindgen's glue code allocates by is
# not always exported as __wbindgen_malloc, __wbindgen_realloc and __wbindgen_free. In tiktoken the same three are __wbindgen_export_1, _2 and
# _3, and no name section says so. In oxigraph they have their names, and __wbindgen_export_2 is a table. So who wraps a module's allocator by
# the names of its exports (to count, to trace, to share it) finds nothing in the one, and who takes the numbered names for the allocator
# takes a table for realloc in the other; the version of the tool does not tell which it is. Only the glue code beside the module does.
#
# Seen:
#   tiktoken: made by wasm-bindgen 0.2.100, 0 name sections
#     __wbindgen_export_0 function, __wbindgen_export_1 function, __wbindgen_export_2 function, __wbindgen_export_3 function
#     __wbindgen_export_1(16, 1), twice: two blocks, 16 bytes or more apart: true
#     once more after __wbindgen_export_3(first, 16, 1): the first one again: true
#     __wbindgen_export_2(second, 16, 4096, 1) keeps what is in it: true
#   oxigraph: made by wasm-bindgen 0.2.100, 0 name sections
#     __wbindgen_exn_store function, __wbindgen_export_2 table, __wbindgen_free function, __wbindgen_malloc function, __wbindgen_realloc function
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix . tiktoken@1.0.22 oxigraph@0.4.11 >/dev/null
cat > check.mjs <<'END'
import { readFileSync } from 'node:fs';
const files = { tiktoken: 'tiktoken/tiktoken_bg.wasm', oxigraph: 'oxigraph/node_bg.wasm' };
for (const [name, file] of Object.entries(files)) {
  const module = new WebAssembly.Module(readFileSync(`node_modules/${file}`));
  const sections = title => WebAssembly.Module.customSections(module, title);
  // The field: the tool's name and its version, each behind its length.
  const [, version] = /wasm-bindgen.(\d+\.\d+\.\d+)/s.exec(Buffer.from(sections('producers')[0]).toString('latin1'));
  console.log(`${name}: made by wasm-bindgen ${version}, ${sections('name').length} name sections`);
  const ofTool = WebAssembly.Module.exports(module).filter(each => /^__wbindgen_(export|malloc|realloc|free|exn)/.test(each.name));
  console.log(`  ${ofTool.map(each => `${each.name} ${each.kind}`).sort().join(', ')}`);
  if (name !== 'tiktoken') continue;
  const imports = {};
  for (const each of WebAssembly.Module.imports(module)) (imports[each.module] ??= {})[each.name] = () => 0;
  const e = new WebAssembly.Instance(module, imports).exports;
  const [first, second] = [e.__wbindgen_export_1(16, 1), e.__wbindgen_export_1(16, 1)];
  console.log(`  __wbindgen_export_1(16, 1), twice: two blocks, 16 bytes or more apart: ${Math.abs(second - first) >= 16}`);
  e.__wbindgen_export_3(first, 16, 1);
  console.log(`  once more after __wbindgen_export_3(first, 16, 1): the first one again: ${e.__wbindgen_export_1(16, 1) === first}`);
  new Uint8Array(e.memory.buffer, second, 16).fill(7);
  const grown = e.__wbindgen_export_2(second, 16, 4096, 1);
  const isKept = new Uint8Array(e.memory.buffer, grown, 16).every(byte => byte === 7);
  console.log(`  __wbindgen_export_2(second, 16, 4096, 1) keeps what is in it: ${isKept}`);
}
END
node check.mjs | tee seen
diff seen - <<'END'
tiktoken: made by wasm-bindgen 0.2.100, 0 name sections
  __wbindgen_export_0 function, __wbindgen_export_1 function, __wbindgen_export_2 function, __wbindgen_export_3 function
  __wbindgen_export_1(16, 1), twice: two blocks, 16 bytes or more apart: true
  once more after __wbindgen_export_3(first, 16, 1): the first one again: true
  __wbindgen_export_2(second, 16, 4096, 1) keeps what is in it: true
oxigraph: made by wasm-bindgen 0.2.100, 0 name sections
  __wbindgen_exn_store function, __wbindgen_export_2 table, __wbindgen_free function, __wbindgen_malloc function, __wbindgen_realloc function
END
