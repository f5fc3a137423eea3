// Reads {"setup": "SQL", "queries": ["SQL", …]} on stdin; prints the rows of each
// query as JSON, every value as text.
import duckdb from '@duckdb/node-api';
import { text } from 'node:stream/consumers';

const { setup, queries } = JSON.parse(await text(process.stdin));
const db = await duckdb.DuckDBInstance.create(':memory:', { threads: '1' });
const con = await db.connect();
if (setup) {
  for (const statement of setup.split(/;\s*\n/)) {
    if (statement.replace(/^\s*--.*$/gm, '').trim()) await con.run(statement);
  }
}
const answers = [];
for (const q of queries) {
  const reader = await con.runAndReadAll(q);
  answers.push(reader.getRows().map((row) => row.map((v) => (v === null ? null : String(v)))));
}
console.log(JSON.stringify(answers));
