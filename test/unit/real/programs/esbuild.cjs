// esbuild-wasm: a bundler in Go, run as its own command runs. The arguments are the command's.
require('./tellMemory.cjs');
require('./steady.cjs');
require('esbuild-wasm/bin/esbuild');
