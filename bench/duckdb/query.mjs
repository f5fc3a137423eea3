// Runs the SQL statements given as arguments and prints the rows of the last one as
// JSON, one array; decimals and 64-bit integers as text, so that nothing is rounded.
import { DuckDBInstance } from '@duckdb/node-api'

const db = await DuckDBInstance.create(':memory:')
const connection = await db.connect()
let rows = []
for (const sql of process.argv.slice(2)) {
  const reader = await connection.runAndReadAll(sql)
  rows = reader.getRowObjectsJson()
}
console.log(JSON.stringify(rows))
