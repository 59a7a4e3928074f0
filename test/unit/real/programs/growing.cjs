// sql.js past its first memory of 16 MiB: texts of 4 MiB, one that JavaScript gives it, one that it makes, and one that it gives back.
require('./tellMemory.cjs');
require('./steady.cjs');
const initSqlJs = require('sql.js');

async function main() {
  const SQL = await initSqlJs();
  const db = new SQL.Database();
  db.run('CREATE TABLE texts (text TEXT)');
  db.run('INSERT INTO texts VALUES (?)', ['x'.repeat(2 ** 22)]);
  db.run("INSERT INTO texts SELECT text || 'y' FROM texts");
  console.log(JSON.stringify(db.exec("SELECT length(text), instr(text, 'y') FROM texts")[0].values));
  const [joined] = db.exec('SELECT group_concat(text) FROM texts')[0].values[0];
  console.log(joined.length, joined.indexOf(','), joined.indexOf('y'));
}

main();
