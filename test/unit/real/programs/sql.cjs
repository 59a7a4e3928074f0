// sql.js: SQLite, compiled by emscripten. Queries whose results can be told by hand.
require('./tellMemory.cjs');
require('./steady.cjs');
const initSqlJs = require('sql.js/dist/sql-wasm-debug.js');

async function main() {
  const SQL = await initSqlJs();
  const db = new SQL.Database();
  db.run('CREATE TABLE engineers (id INTEGER PRIMARY KEY, name TEXT, born INTEGER)');
  const insert = db.prepare('INSERT INTO engineers (name, born) VALUES (?, ?)');
  for (const row of [
    ['Ada Lovelace', 1815],
    ['Grace Hopper', 1906],
    ['Kurt Gödel', 1906],
  ])
    insert.run(row);
  insert.free();
  db.run('CREATE INDEX by_year ON engineers (born)');
  db.run('UPDATE engineers SET name = upper(name) WHERE born < 1900');
  console.log(JSON.stringify(db.exec('SELECT count(*), min(born), sum(born) FROM engineers')));
  console.log(JSON.stringify(db.exec('SELECT name FROM engineers WHERE born = 1906 ORDER BY name')));
  console.log(
    JSON.stringify(
      db.exec('SELECT a.name, b.name FROM engineers a JOIN engineers b ON a.born = b.born AND a.id < b.id'),
    ),
  );
  try {
    db.run('SELECT * FROM nothing');
  } catch (error) {
    console.log(error.message);
  }
}

main();
