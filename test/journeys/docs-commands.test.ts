import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, glob, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';
import { startDocumentedServer } from '../fixtures/documented-server.ts';
import { idsIn, type RunnableBlock, runnableBlocks, squeezed, withIds } from '../fixtures/runnable-blocks.ts';

const documented = 'http://localhost:4700';

/** What curl ends with where it was told to fail with a refusal. */
const curlRefused = 22;

const root = resolve(import.meta.dirname, '../..');
const server = await startDocumentedServer();
const folder = await mkdtemp(join(tmpdir(), 'kinora-commands-'));
after(() => rm(folder, { recursive: true, force: true }));

const pages = ['README.md'];
for await (const file of glob('docs/**/*.md', { cwd: root })) pages.push(file);

/** What a page's reader has at hand: the checkout's examples, the operator key, `kinora`, and a curl that tells of refusals. */
async function readerOf(
  page: string,
): Promise<{ directory: string; env: Record<string, string | undefined> }> {
  const directory = join(folder, page.replaceAll('/', '-'));
  await mkdir(join(directory, '.kinora'), { recursive: true });
  await writeFile(join(directory, '.kinora', 'operator-key'), server.operatorKey);
  await symlink(join(root, 'examples'), join(directory, 'examples'));
  await mkdir(join(directory, 'bin'));
  const program = join(directory, 'bin', 'kinora');
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${root}/src/cli/index.ts" "$@"\n`);
  await chmod(program, 0o755);
  await writeFile(join(directory, '.curlrc'), 'fail-with-body\nmax-time = 60\n');
  const { accountId, liveKey, testKey } = await server.signUp();
  const clean = cleanEnvironment();
  return {
    directory,
    env: {
      ...clean,
      PATH: `${join(directory, 'bin')}:${join(process.execPath, '..')}:${clean['PATH']}`,
      CURL_HOME: directory,
      API: server.url,
      ACCOUNT: accountId,
      OPERATOR: server.operatorKey,
      KEY: liveKey,
      TEST_KEY: testKey,
      KINORA_URL: server.url,
      KINORA_KEY: liveKey,
      KINORA_OPERATOR_KEY: server.operatorKey,
    },
  };
}

/** Runs the blocks of a page one after the other; what one sets, the next ones have. */
async function runPage(page: string, blocks: readonly RunnableBlock[]): Promise<void> {
  const reader = await readerOf(page);
  const { directory, env } = reader;
  const ids = new Map([['acc_', env['ACCOUNT'] ?? '']]);
  const state = join(directory, 'state');
  await writeFile(state, '');
  for (const { line, steps, refusedWith, shown } of blocks) {
    const place = `${page}:${line}`;
    let told = '';
    for (const step of steps) {
      const script = withIds(step.replaceAll(documented, server.url), ids);
      const unknown = /^(?!#).*\b[a-z]+_…/m.exec(script)?.[0];
      assert.equal(unknown, undefined, `${place}: nothing before it has printed what stands for ${unknown}`);
      const { code, output } = await bash(
        `. ${state}\nset -aeo pipefail\n${script}\nexport -p > ${state}`,
        reader,
      );
      const expected = refusedWith === undefined || step !== steps.at(-1) ? 0 : curlRefused;
      assert.equal(code, expected, `${place} ended with ${code}:\n${output}`);
      for (const [prefix, id] of idsIn(output)) ids.set(prefix, id);
      told += squeezed(output.replaceAll(server.url, documented));
    }
    if (refusedWith !== undefined) assert.ok(told.includes(`HTTP/1.1${refusedWith}`), `${place}:\n${told}`);
    for (const piece of shown)
      assert.ok(told.includes(piece), `${place} shows ${piece}, but printed:\n${told}`);
  }
}

async function bash(
  script: string,
  { directory, env }: { directory: string; env: Record<string, string | undefined> },
): Promise<{ code: number | null; output: string }> {
  const child = spawn('bash', ['-c', script], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

let ran = 0;
for (const page of pages.sort()) {
  const blocks = runnableBlocks(await readFile(join(root, page), 'utf8'));
  if (blocks.length === 0) continue;
  ran += blocks.length;
  test(`the ${blocks.length} runnable blocks of ${page} run, and print what they show`, () =>
    runPage(page, blocks));
}

test('the documentation has commands that run', () => {
  assert.ok(ran >= 15, `${ran} blocks`);
});
