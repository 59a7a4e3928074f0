// @electric-sql/pglite: PostgreSQL in C. Makes a database, and asks it for the first time.
require('../../unit/real/programs/tellMemory.cjs');
require('../../unit/real/programs/steady.cjs');
const { PGlite } = require('./load.cjs')('@electric-sql/pglite');

async function main() {
  const db = await PGlite.create();
  const { rows } = await db.query(
    'SELECT sum(n)::int AS sum, count(*)::int AS count FROM generate_series(1, 100) AS n',
  );
  console.log(JSON.stringify(rows));
  await db.close();
}

main();
