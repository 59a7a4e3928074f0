// Takes chance and time out of a program, so that two runs of it have the same memory.
const crypto = require('node:crypto');

Math.random = () => 0.5;
Date.now = () => 1_000_000_000_000;
// What is freed when the collector finds it is freed at another moment each time.
globalThis.FinalizationRegistry = class {
  register() {}
  unregister() {}
};
let asked = 0;
performance.now = () => asked++;
Object.defineProperty(performance, 'timeOrigin', { value: 0 });
crypto.randomBytes = length => Buffer.alloc(length, 7);
crypto.randomFillSync = view => view.fill(7);
crypto.webcrypto.getRandomValues = view => view.fill(7);
