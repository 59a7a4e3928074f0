// @chainsafe/as-sha256: SHA-256 in AssemblyScript. The message is an argument.
import './tellMemory.cjs';

const { digest } = await import('@chainsafe/as-sha256');

console.log(Buffer.from(digest(Buffer.from(process.argv[2]))).toString('hex'));
