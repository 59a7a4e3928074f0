// pyodide: Python in C. Runs two lines.
require('../../unit/real/programs/tellMemory.cjs');
require('../../unit/real/programs/steady.cjs');
const { loadPyodide } = require('./load.cjs')('pyodide');

async function main() {
  const python = await loadPyodide();
  console.log(python.runPython('import json\njson.dumps({"squares": [n * n for n in range(5)]})'));
}

main();
