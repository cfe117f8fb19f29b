// examples/greeting-cards as its README says, on the simulated engine.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createClient } from '../../src/client/index.ts';
import { readConfig } from '../../src/config.ts';
import { priceBooks } from '../../src/domain/price-book.ts';
import { createSimulatedEngine } from '../../src/engines/simulated/index.ts';
import { startKinora } from '../../src/main.ts';
import { createTestDatabase } from '../database.ts';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';
import { everyRecovery } from '../fixtures/simulated.ts';

// Before the database, whose own hook takes it away.
const endings: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const end of endings.reverse()) await end();
});

const { url: databaseUrl } = await createTestDatabase();

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

test('users agree on the page, get their cards within their budgets, and are deleted when they ask for it', async () => {
  const home = await mkdtemp(join(tmpdir(), 'kinora-cards-'));
  await chmod(home, 0o755);
  endings.push(() => rm(home, { recursive: true, force: true }));
  const port = await freePort();
  const simulated = createSimulatedEngine({
    name: 'simulated',
    slots: 10,
    recovery: everyRecovery,
    provider: { folder: join(home, 'simulated'), simulate: { latency_seconds: 0.2 } },
  });
  endings.push(simulated.close);
  const kinora = await startKinora(
    readConfig({
      KINORA_HOME: home,
      KINORA_PORT: '0',
      DATABASE_URL: databaseUrl,
      KINORA_TRUSTED_ORIGINS: `http://localhost:${port}`,
    }),
    { info: () => {}, warn: () => {}, error: (message, details) => console.error(message, details) },
    {
      engines: new Map([
        [
          'simulated',
          { engine: simulated.engine, priceBook: priceBooks.published, serves: ['test'], simulates: true },
        ],
      ]),
    },
  );
  endings.push(kinora.close);
  const operator = createClient({ baseUrl: kinora.url, key: kinora.operatorKey });
  const { id } = await operator.accounts.create({ name: 'Cards' });
  const { key } = await operator.keys.create({ account_id: id, mode: 'test' });

  const start = (name: string, args: string[] = []): ChildProcess => {
    const hook = new URL('../fixtures/kinora-from-source.ts', import.meta.url).href;
    const program = fileURLToPath(new URL(`../../examples/greeting-cards/${name}`, import.meta.url));
    return spawn(process.execPath, ['--import', hook, program, ...args], {
      cwd: home,
      env: { ...cleanEnvironment(), KINORA_URL: kinora.url, KINORA_KEY: key, PORT: String(port) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  };
  const app = start('app.ts');
  endings.push(async () => {
    app.stdin?.end();
    if (app.exitCode === null) await once(app, 'exit');
  });
  assert.ok(app.stdout !== null);
  const said: string[] = [];
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: app.stdout as NonNullable<ChildProcess['stdout']> }).on('line', (line) => {
      said.push(line);
      if (/^Cards is at/.test(line)) resolve(line.split(' ').at(-1) ?? '');
    });
  });
  const players = start('play.ts', [await ready]);
  const played: string[] = [];
  assert.ok(players.stdout !== null);
  createInterface({ input: players.stdout }).on('line', (line) => played.push(line));
  const [code] = await once(players, 'exit');
  assert.equal(code, 0, [...played, ...said].join('\n'));

  const text = played.join('\n');
  for (const name of ['ada', 'ben', 'cleo']) assert.match(text, new RegExp(`${name} has a card: http.*mp4`));
  assert.match(text, /card 2 of ada: is there/);
  assert.match(text, /card 3 of ada: budget_exceeded/);
  assert.match(text, /the card of ben answers 410/);
  assert.match(text, /the certificate is genuine: 6 things deleted, 4 explained/);
  assert.ok(
    said.some((line) => /everything of ben is deleted: cert_/.test(line)),
    said.join('\n'),
  );

  // The same from the command line, by whoever looks after the app.
  const cli = async (...args: string[]) => {
    const program = fileURLToPath(new URL('../../src/cli/index.ts', import.meta.url));
    const child = spawn(process.execPath, [program, 'consents', ...args], {
      cwd: home,
      env: { ...cleanEnvironment(), KINORA_URL: kinora.url, KINORA_KEY: key },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += String(chunk);
      });
    const [exit] = await once(child, 'close');
    return { exit, output };
  };
  const listed = await cli('list', '--person', 'cleo', '--json');
  const cleo = JSON.parse(listed.output) as { id: string; state: string };
  assert.equal(cleo.state, 'valid');
  const unasked = await cli('revoke', cleo.id);
  assert.deepEqual([unasked.exit, /--yes/.test(unasked.output)], [2, true]);
  const revoked = await cli('revoke', cleo.id, '--yes', '--reason', 'by mail');
  assert.deepEqual([revoked.exit, /Everything is deleted/.test(revoked.output)], [0, true], revoked.output);
  assert.equal((await cli('certificate', cleo.id, '-o', 'certificate.json')).exit, 0);
  await writeFile(join(home, 'jwks.json'), JSON.stringify(await operator.consents.keys()));
  const genuine = await cli('verify', 'certificate.json', '--keys', 'jwks.json');
  assert.deepEqual([genuine.exit, /Genuine/.test(genuine.output)], [0, true], genuine.output);
  const written = await readFile(join(home, 'certificate.json'), 'utf8');
  await writeFile(join(home, 'forged.json'), written.replace('"cleo"', '"dora"'));
  const forged = await cli('verify', 'forged.json');
  assert.deepEqual([forged.exit, /not genuine/.test(forged.output)], [1, true], forged.output);
});
