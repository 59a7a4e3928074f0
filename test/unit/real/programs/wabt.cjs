// wabt: the tools of WebAssembly in C++. Assembles a module that is an argument, and writes it in the text format again.
require('./tellMemory.cjs');
require('./steady.cjs');
const makeWabt = require('wabt');

async function main() {
  const wabt = await makeWabt();
  const module = wabt.parseWat('module.wat', process.argv[2]);
  const { buffer } = module.toBinary({});
  module.destroy();
  console.log(Buffer.from(buffer).toString('hex'));
  const read = wabt.readWasm(buffer, {});
  console.log(JSON.stringify(read.toText({})));
  read.destroy();
  try {
    wabt.parseWat('bad.wat', '(module (func (result i32)))').validate();
  } catch (error) {
    console.log(error.message.includes('type mismatch'));
  }
}

main();
