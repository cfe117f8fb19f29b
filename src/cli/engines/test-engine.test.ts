import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startRealServer } from '../../../test/clients/server.ts';
import { runCommand } from '../../../test/fixtures/command.ts';
import { command } from '../commands/engines.ts';
import { exitCodeOf } from '../exit-codes.ts';

const server = await startRealServer();
const env = { KINORA_URL: server.url, KINORA_KEY: await server.newKey() };
const folder = await mkdtemp(join(tmpdir(), 'kinora-test-engine-'));
after(() => rm(folder, { recursive: true, force: true }));

test('makes the cheapest video once its price was agreed to, and nothing before', async () => {
  const refused = await runCommand(command, ['test', 'simulated'], env);
  assert.match(
    refused.problems,
    /The cheapest .* 4 s of text-to-video at 1280 × 720, for 243 credits \(\$2\.42\)/,
  );
  assert.match(String(refused.error), /Nobody can be asked here/);
  const { data } = await server.v1<{ data: unknown[] }>(env.KINORA_KEY, '/generations');
  assert.deepEqual(data, []);

  const file = join(folder, 'test.mp4');
  const made = await runCommand(command, ['test', 'simulated', '--yes', '-o', file], env);
  assert.equal(made.error, undefined);
  assert.match(made.text, /simulated made it in .*: 4\.0 s, 1280 × 720, 243 credits \(gen_/);
  assert.ok((await stat(file)).size > 1_000);
});

test('says which engines a key reaches', async () => {
  const { error } = await runCommand(command, ['test', 'local', '--yes'], env);
  assert.match(String(error), /This key reaches no engine "local"/);
  assert.equal(exitCodeOf(error), 2);
});
