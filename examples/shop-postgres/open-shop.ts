// Opens the shop: makes the table of shop.sql in the database that SHOP_DATABASE_URL names; without one, in a PostgreSQL of
// its own below .kinora/, which it serves until Ctrl-C. node examples/shop-postgres/open-shop.ts
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../../src/store/embedded/start-embedded.ts';

const given = process.env['SHOP_DATABASE_URL'];
const own =
  given === undefined || given === ''
    ? await startEmbedded({
        home: join(import.meta.dirname, '..', '..', '.kinora', 'shop-postgres'),
        log: () => {},
      })
    : undefined;
const url = own?.url ?? given;
const client = new pg.Client({ connectionString: url });
await client.connect();
await client.query(await readFile(join(import.meta.dirname, 'shop.sql'), 'utf8'));
const { rows } = await client.query<{ count: number }>('select count(*)::int as count from product');
await client.end();
process.stdout.write(`${rows[0]?.count} products. In another terminal:\n\n`);
process.stdout.write(`  export SHOP_DATABASE_URL=${url}\n`);
process.stdout.write('  npm run kinora -- plan examples/shop-postgres/workflow.yaml\n');
if (own !== undefined) {
  process.stdout.write('\nCtrl-C closes the shop; its table stays.\n');
  process.once('SIGINT', () => void own.stop());
  process.once('SIGTERM', () => void own.stop());
  await own.exited;
}
