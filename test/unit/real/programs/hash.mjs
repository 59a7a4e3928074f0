// hash-wasm: SHA-256 in C, fed in two parts. The message is an argument.
import './tellMemory.cjs';
import { createSHA256 } from 'hash-wasm';

const [message] = process.argv.slice(2);
const hash = await createSHA256();
hash.init();
hash.update(message.slice(0, 10));
hash.update(message.slice(10));
console.log(hash.digest());
