// Loads a package from the folder that the first argument names: the large ones are none of the project's own.
const { createRequire } = require('node:module');
const { join } = require('node:path');

module.exports = createRequire(join(process.argv[2], 'package.json'));
