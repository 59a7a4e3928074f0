// source-map: reads mappings in Rust, without wasm-bindgen. One import that calls back for each mapping.
require('./tellMemory.cjs');
const { SourceMapConsumer } = require('source-map');

async function main() {
  // Line 1: columns 0 and 4 are line 1, columns 0 and 8, of a.js; line 2: column 2 is line 3, column 0.
  const map = { version: 3, sources: ['a.js'], names: [], mappings: 'AAAA,IAAQ;EAER' };
  const consumer = await new SourceMapConsumer(map);
  consumer.eachMapping(({ generatedLine, generatedColumn, originalLine, originalColumn }) =>
    console.log(`${generatedLine}:${generatedColumn} is ${originalLine}:${originalColumn}`),
  );
  console.log(consumer.originalPositionFor({ line: 1, column: 6 }).column);
  consumer.destroy();
}

main();
