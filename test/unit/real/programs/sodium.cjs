// libsodium-wrappers: cryptography in C. Signs a message with a key of zeros, and hashes it.
require('./tellMemory.cjs');
require('./steady.cjs');
const sodium = require('libsodium-wrappers');

sodium.ready.then(() => {
  const message = process.argv[2];
  const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(new Uint8Array(32));
  console.log(sodium.to_hex(publicKey));
  console.log(sodium.to_hex(sodium.crypto_sign_detached(message, privateKey)));
  console.log(sodium.to_hex(sodium.crypto_generichash(64, message, null)));
});
