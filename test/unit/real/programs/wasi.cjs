// A WASI program, run by node:wasi. Its file and its arguments are the arguments.
require('./tellMemory.cjs');
require('./steady.cjs');
const { readFileSync } = require('node:fs');
const { WASI } = require('node:wasi');

const [file, ...args] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args, env: {} });
const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), wasi.getImportObject());
process.exitCode = wasi.start(instance);
