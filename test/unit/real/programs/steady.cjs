// Takes chance and time out of a program, so that two runs of it have the same memory.
const crypto = require('node:crypto');

Math.random = () => 0.5;
Date.now = () => 1_000_000_000_000;
crypto.randomFillSync = view => view.fill(7);
crypto.webcrypto.getRandomValues = view => view.fill(7);
