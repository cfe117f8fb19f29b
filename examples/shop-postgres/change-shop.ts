// Runs one statement in the database that SHOP_DATABASE_URL names, and prints what it answers: for those without psql.
import pg from 'pg';

const url = process.env['SHOP_DATABASE_URL'];
const [statement] = process.argv.slice(2);
if (url === undefined || url === '' || statement === undefined)
  throw new Error('SHOP_DATABASE_URL=postgres://… node examples/shop-postgres/change-shop.ts "update …"');
const client = new pg.Client({ connectionString: url });
await client.connect();
try {
  const { command, rowCount, rows } = await client.query<Record<string, unknown>>(statement);
  process.stdout.write(`${command} ${rowCount ?? 0}\n`);
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
} finally {
  await client.end();
}
