#!/usr/bin/env bash
# Node 24.21.0 (V8 13.6), without this project: a signaling NaN that WebAssembly hands to a host function and gets back keeps its bits,
# once V8 has compiled the import's wrapper (after 1000 calls), but not if JavaScript kept it in an array of numbers alone meanwhile: storing
# it there makes it quiet (7ff0000000000001 becomes 7ff8000000000001). An array that holds anything else, an object, rest
# parameters and spreading keep it. So who stands between a module and its imports, and collects arguments with `map`, changes what the
# module computes; one who passes the same arguments on does not. The specification of JavaScript allows both: NaNs have no bits there.
#
# Seen:
#   passed on as it is                 7ff0000000000001
#   rest parameters, spread            7ff0000000000001
#   in an object                       7ff0000000000001
#   in an array with a text            7ff0000000000001
#   in an array of numbers             7ff8000000000001
#   rest parameters, map               7ff8000000000001
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-audit --no-fund --prefix . node@24.21.0 >/dev/null
cat > check.mjs <<'END'
// (module (import "e" "f" (func $f (param f64) (result f64)))
//   (func (export "run") (param i64) (result i64) (i64.reinterpret_f64 (call $f (f64.reinterpret_i64 (local.get 0))))))
const hex = '0061736d01000000010b0260017c017c60017e017e0207010165016600000302010107070103'
  + '72756e00010a0a0108002000bf1000bd0b';
const module = new WebAssembly.Module(Uint8Array.from(hex.match(/../g), byte => Number.parseInt(byte, 16)));
const ways = {
  'passed on as it is': x => x,
  'rest parameters, spread': (...args) => [...args][0],
  'in an object': x => ({ x }).x,
  'in an array with a text': x => ['text', x][1],
  'in an array of numbers': x => [x][0],
  'rest parameters, map': (...args) => args.map(each => each)[0],
};
for (const [name, f] of Object.entries(ways)) {
  const { run } = new WebAssembly.Instance(module, { e: { f } }).exports;
  let bits = 0n;
  for (let call = 0; call < 5000; call++) bits = run(0x7ff0000000000001n);
  console.log(name.padEnd(34), BigInt.asUintN(64, bits).toString(16));
}
END
node_modules/node/bin/node check.mjs > seen
cat seen
diff - seen <<'END'
passed on as it is                 7ff0000000000001
rest parameters, spread            7ff0000000000001
in an object                       7ff0000000000001
in an array with a text            7ff0000000000001
in an array of numbers             7ff8000000000001
rest parameters, map               7ff8000000000001
END
