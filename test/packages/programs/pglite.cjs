// @electric-sql/pglite: PostgreSQL in C. Asks a database for the first time, which this program has made before, where its second argument
// is `make`: to make one takes a hundred times what a query does, over a memory of its own.
require('../../unit/real/programs/tellMemory.cjs');
require('../../unit/real/programs/steady.cjs');
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { PGlite } = require('./load.cjs')('@electric-sql/pglite');

const file = join(process.argv[2], 'database.tar');

async function make() {
  const db = await PGlite.create();
  writeFileSync(file, Buffer.from(await (await db.dumpDataDir('none')).arrayBuffer()));
  await db.close();
}

async function ask() {
  const db = await PGlite.create({ loadDataDir: new Blob([readFileSync(file)]) });
  const { rows } = await db.query(
    'SELECT sum(n)::int AS sum, count(*)::int AS count FROM generate_series(1, 100) AS n',
  );
  console.log(JSON.stringify(rows));
  await db.close();
}

if (process.argv[3] === 'make') make();
else ask();
