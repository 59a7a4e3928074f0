// xxhash-wasm: a module written by hand in the text format. The message is an argument.
import './tellMemory.cjs';

const { default: xxhash } = await import('xxhash-wasm');

const { h32ToString, h64ToString, create64 } = await xxhash();
const message = process.argv[2];
console.log(h32ToString(message), h64ToString(message));
console.log(create64().update(message.slice(0, 5)).update(message.slice(5)).digest().toString(16).padStart(16, '0'));
