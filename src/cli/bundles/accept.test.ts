import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { lockName, readLock } from '../../batch/lock-file.ts';
import { createClient } from '../../client/index.ts';
import { createOutput } from '../output.ts';
import { acceptDrift } from './accept.ts';

const folder = await mkdtemp(join(tmpdir(), 'kinora-accept-'));
after(() => rm(folder, { recursive: true, force: true }));
let picture = 'one';
const server = createServer((_, response) => response.end(picture));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => server.close());
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function accept(): Promise<{ accepted: object[]; unreachable: string[] }> {
  const lines: string[] = [];
  const sink = { write: (text: string) => lines.push(text) > 0 };
  const output = createOutput({
    json: true,
    noColours: true,
    stdout: sink as never,
    stderr: { write: () => true } as never,
  });
  await acceptDrift(
    {
      positionals: [],
      options: undefined as never,
      env: { KINORA_TRUSTED_ORIGINS: origin },
      output,
      signal: AbortSignal.timeout(20_000),
    },
    createClient({
      baseUrl: 'http://kinora.test',
      key: 'kin_live_x',
      fetch: () => assert.fail('nobody is asked'),
    }),
    join(folder, 'shop.yaml'),
  );
  return JSON.parse(lines.join('')) as { accepted: object[]; unreachable: string[] };
}

const locked = async () => readLock(await readFile(join(folder, lockName), 'utf8'), lockName);

it('accepting what a workflow names writes it down, and tells what had changed', async () => {
  await writeFile(join(folder, 'style.jpg'), 'style');
  await writeFile(
    join(folder, 'shop.yaml'),
    `
name: shop
source: { path: shop.csv, key: sku }
prompt: it turns
brand: [{ path: style.jpg, role: style }, { url: '${origin}/logo.png', role: logo }]
duration: 5
aspect_ratio: '16:9'
`,
  );
  assert.deepEqual((await accept()).accepted, []);
  const first = await locked();
  assert.deepEqual(
    [[...first.files.keys()], [...first.urls.keys()]],
    [['style.jpg'], [`${origin}/logo.png`]],
  );
  picture = 'two';
  const { accepted } = await accept();
  const second = await locked();
  assert.deepEqual(accepted, [
    {
      url: `${origin}/logo.png`,
      from: first.urls.get(`${origin}/logo.png`)?.sha256,
      to: second.urls.get(`${origin}/logo.png`)?.sha256,
    },
  ]);
  assert.notDeepEqual(first.urls, second.urls);
  assert.deepEqual((await accept()).accepted, []);
});
