// vscode-oniguruma: regular expressions in C, as VS Code's highlighting uses them.
require('./tellMemory.cjs');
require('./steady.cjs');
const { readFileSync } = require('node:fs');
const { loadWASM, OnigScanner, OnigString } = require('vscode-oniguruma');

async function main() {
  await loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
  const scanner = new OnigScanner(['x+', '(?<key>\\w+)=(\\d+)']);
  const text = new OnigString('a é b=42 xx');
  for (let from = 0; ; ) {
    const match = scanner.findNextMatchSync(text, from);
    if (!match) break;
    console.log(match.index, ...match.captureIndices.map(({ start, end }) => `${start}-${end}`));
    from = match.captureIndices[0].end;
  }
  text.dispose();
  scanner.dispose();
}

main();
