// wasm-vips: images in C and C++, with Embind and threads; what reads SVG is a side module in Rust, linked while it runs.
require('../../unit/real/programs/tellMemory.cjs');
require('../../unit/real/programs/steady.cjs');
const makeVips = require('./load.cjs')('wasm-vips');

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"><rect width="4" height="2" fill="#ff0000"/></svg>`;

async function main() {
  const vips = await makeVips({ dynamicLibraries: ['vips-resvg.wasm'] });
  const red = vips.Image.svgloadBuffer(SVG);
  console.log(red.width, red.height, red.bands, red.avg());
  const sevens = vips.Image.black(5, 3).linear([1], [7]);
  console.log(sevens.avg());
  for (const image of [red, sevens]) image.delete();
  vips.shutdown();
}

main();
