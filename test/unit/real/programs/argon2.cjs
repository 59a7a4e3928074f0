// argon2-browser: Argon2 in C, which fills a mebibyte of memory.
require('./tellMemory.cjs');
require('./steady.cjs');
delete globalThis.fetch; // its glue would ask it for a file
const argon2 = require('argon2-browser');

const [pass, salt] = process.argv.slice(2);
argon2
  .hash({ pass, salt, time: 1, mem: 1024, hashLen: 32, parallelism: 1, type: argon2.ArgonType.Argon2id })
  .then(({ hashHex }) => console.log(hashHex));
