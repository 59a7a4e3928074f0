// @resvg/resvg-wasm: a renderer of SVG in Rust, through wasm-bindgen. Prints each pixel as it is drawn.
require('./tellMemory.cjs');
require('./steady.cjs');
const { readFileSync } = require('node:fs');
const { initWasm, Resvg } = require('@resvg/resvg-wasm');

async function main() {
  await initWasm(readFileSync(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2">
    <rect width="2" height="2" fill="#ff0000"/><rect x="2" y="1" width="2" height="1" fill="#00ff00"/></svg>`;
  const image = new Resvg(svg).render();
  console.log(image.width, image.height);
  console.log(Buffer.from(image.pixels).toString('hex'));
  const png = Buffer.from(image.asPng());
  console.log(png.toString('latin1', 1, 4), png.readUint32BE(16), png.readUint32BE(20));
}

main();
