// @bokuweb/zstd-wasm: Zstandard in C. Unpacks what another tool has packed, in base64, and packs it again.
require('./tellMemory.cjs');
require('./steady.cjs');
const { init, compress, decompress } = require('@bokuweb/zstd-wasm');

async function main() {
  await init();
  const bytes = Buffer.from(decompress(Buffer.from(process.argv[2], 'base64')));
  console.log(bytes.toString());
  console.log(bytes.equals(Buffer.from(decompress(compress(bytes, 5)))));
}

main();
