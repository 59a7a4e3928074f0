// brotli-wasm: the compressor in Rust, through wasm-bindgen. The text is an argument.
require('./tellMemory.cjs');
const brotli = require('brotli-wasm');

const text = process.argv[2];
const packed = brotli.compress(Buffer.from(text), { quality: 5 });
console.log(Buffer.from(packed).toString('base64'));
console.log(Buffer.from(brotli.decompress(packed)).toString() === text);
