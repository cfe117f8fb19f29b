// Records the examples of /openapi.json anew: calls a server of its own, and keeps what it sends and gets. Examples of schemas that the
// story does not meet (payments, jobs in doubt) are written by hand and stay. Run it after a change of the contract.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../src/config.ts';
import { startKinora } from '../src/main.ts';
import { createRecorder } from './record-examples/recorder.ts';
import { tellStory } from './record-examples/story.ts';
import { tidy } from './record-examples/tidy.ts';

const target = new URL('../src/http/openapi/examples.json', import.meta.url);
const photo = new FormData();
const bytes = await readFile(new URL('../examples/halden/products/MUG-01/1.jpg', import.meta.url));
photo.set('file', new Blob([bytes]), 'mug.jpg');

const receiver = createServer((_, response) => response.writeHead(204).end()).listen(0, '127.0.0.1');
await once(receiver, 'listening');
const receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;

const home = await mkdtemp(join(tmpdir(), 'kinora-examples-'));
// As root the database runs as another user, who must get through to its data.
await chmod(home, 0o755);
const config = readConfig({
  KINORA_HOME: home,
  KINORA_PORT: '0',
  KINORA_TRUSTED_ORIGINS: receiverUrl,
});
const kinora = await startKinora(config, { info() {}, warn: console.warn, error: console.error });
try {
  const recorder = await createRecorder(kinora.url);
  await tellStory(recorder, kinora.operatorKey, { photo, receiver: receiverUrl });
  const recorded = tidy(Object.fromEntries(recorder.examples), {
    [kinora.url]: 'http://localhost:4700',
    [receiverUrl]: 'https://shop.example.com',
  });
  const kept = JSON.parse(await readFile(target, 'utf8')) as Record<string, unknown>;
  const all = Object.entries({ ...kept, ...recorded }).sort(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(target, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
  spawnSync('node_modules/.bin/biome', ['format', '--write', fileURLToPath(target)], { stdio: 'inherit' });
  process.stdout.write(`${recorder.examples.size} examples recorded, ${all.length} in all\n`);
} finally {
  await kinora.close();
  receiver.close();
  await rm(home, { recursive: true, force: true });
}
