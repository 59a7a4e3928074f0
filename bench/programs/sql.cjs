// Real queries for sql.js: a table of sales, filled row by row and at once, an index, joins and aggregates.
const initSqlJs = require('sql.js');

const SCHEMA = `
  CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT);
  CREATE TABLE sales (id INTEGER PRIMARY KEY, customer INTEGER, item TEXT, cents INTEGER);`;

const FILL = `
  INSERT INTO sales (customer, item, cents)
  WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 6000)
  SELECT 1 + x * 7919 % 300, 'item ' || (x * 31 % 97), x * 104729 % 10000 FROM n;
  CREATE INDEX sales_of ON sales (customer, cents);`;

const QUESTIONS = [
  'SELECT city, count(*), sum(cents) FROM sales JOIN customers ON customers.id = customer GROUP BY city ORDER BY city',
  'SELECT name, max(cents), min(item) FROM customers JOIN sales ON customer = customers.id WHERE cents > 5000 GROUP BY name ORDER BY 2 DESC, 1 LIMIT 10',
  "SELECT item, avg(cents) FROM sales WHERE item LIKE '%3%' GROUP BY item HAVING count(*) > 2 ORDER BY item LIMIT 5",
  'SELECT count(*) FROM sales a JOIN sales b ON a.customer = b.customer AND a.cents < b.cents',
];

/** @returns runs everything once on a database of its own, and gives what the questions found */
async function open() {
  const SQL = await initSqlJs();
  return () => {
    const db = new SQL.Database();
    db.run(SCHEMA);
    db.run('BEGIN');
    const insert = db.prepare('INSERT INTO customers (name, city) VALUES (?, ?)');
    for (let i = 0; i < 300; i++) insert.run([`customer ${i}`, `city ${i % 17}`]);
    insert.free();
    db.run(FILL);
    db.run('COMMIT');
    const found = JSON.stringify(QUESTIONS.map(question => db.exec(question)));
    db.close();
    return found;
  };
}

module.exports = { open };
if (require.main === module) open().then(run => run());
