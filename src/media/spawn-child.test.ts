import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { eventually } from '../../test/fixtures/media/contract.ts';
import { type ChildLimits, readingLimits } from './limits.ts';
import { sandboxReport } from './sandbox.ts';
import { type Child, spawnChild } from './spawn-child.ts';

const nodeBytes = 2 * 2 ** 30;

const run = (program: string, limits: Partial<ChildLimits> = {}, signal?: AbortSignal): Promise<Child> =>
  spawnChild({
    command: { file: process.execPath, args: ['-e', program], reservedBytes: nodeBytes },
    limits: { ...readingLimits, ...limits },
    signal,
  });

async function allFrom(child: Child): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return text;
}

const isLinux = process.platform === 'linux';

it('hands on what the child reads, writes and says', async () => {
  const child = await run('process.stdin.pipe(process.stdout); console.error("a word")');
  child.stdin.end('to and fro');
  assert.equal(await allFrom(child), 'to and fro');
  assert.deepEqual(await child.ended, { status: 'done', said: 'a word\n' });
});

it('tells a child that gave up from one that crashed', async () => {
  const gaveUp = await run('console.error("no"); process.exit(3)');
  assert.deepEqual(await gaveUp.ended, { status: 'failed', why: 'complained', said: 'no\n' });
  const crashed = await run('process.kill(process.pid, "SIGSEGV")');
  assert.partialDeepStrictEqual(await crashed.ended, { status: 'failed', why: 'crashed' });
  const ended = await run('process.kill(process.pid, "SIGKILL")');
  assert.partialDeepStrictEqual(await ended.ended, { status: 'failed', why: 'ended_by_system' });
});

it('keeps the beginning and the end of what a child says, and no more', async () => {
  const child = await run('console.error("first"); console.error("x".repeat(1e6)); console.error("last")');
  const { said } = await child.ended;
  assert.ok(said.startsWith('first') && said.endsWith('last\n'));
  assert.ok(said.length < 40_000, `${said.length}`);
});

it('ends a child that keeps its parent waiting, but not one that rests', async () => {
  const slow = await run('setInterval(() => {}, 1000)', { waitSeconds: 0.2 });
  assert.partialDeepStrictEqual(await slow.ended, { status: 'failed', why: 'too_slow' });
  const rested = await run('setTimeout(() => process.exit(0), 600)', { waitSeconds: 0.2 });
  rested.rest();
  assert.partialDeepStrictEqual(await rested.ended, { status: 'done' });
});

it('ends a child at its limit of processor time', { skip: !isLinux && 'needs ulimit -t' }, async () => {
  const busy = await run('for (;;);', { cpuSeconds: 1 });
  assert.partialDeepStrictEqual(await busy.ended, { status: 'failed', why: 'too_slow' });
});

it('ends a child that takes too much memory', { skip: !isLinux && 'needs /proc' }, async () => {
  const program = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(2e7, 1)), 20)';
  const greedy = await run(program, { residentBytes: 200e6 });
  assert.partialDeepStrictEqual(await greedy.ended, { status: 'failed', why: 'too_much_memory' });
});

it('gives a child no more address space than it may have', {
  skip: !isLinux && 'needs ulimit -v',
}, async () => {
  const program = 'try { Buffer.alloc(3e9); console.log("had it") } catch { console.log("refused") }';
  const child = await run(program, { addressBytes: 1e9 });
  assert.equal(await allFrom(child), 'refused\n');
});

it('lets a child that only answers write no file', { skip: !isLinux && 'needs ulimit -f' }, async () => {
  const path = join(tmpdir(), `kinora-media-${process.pid}`);
  const program = `
    const { writeFileSync, rmSync } = require('node:fs');
    try { writeFileSync(${JSON.stringify(path)}, 'x'); console.log('written') } catch (error) { console.log(error.code) }
    rmSync(${JSON.stringify(path)}, { force: true })`;
  assert.equal(await allFrom(await run(program)), 'EFBIG\n');
});

it('gives a child none of our environment', async () => {
  process.env['KINORA_TEST_SECRET'] = 'do not tell';
  try {
    const names = JSON.parse(
      await allFrom(await run('console.log(JSON.stringify(Object.keys(process.env)))')),
    );
    const allowed = [
      'LC_ALL',
      'LD_LIBRARY_PATH',
      'MALLOC_ARENA_MAX',
      'MALLOC_MMAP_THRESHOLD_',
      'NODE_COMPILE_CACHE',
      'PATH',
      'PWD',
      'OLDPWD',
      'SHLVL',
      '_',
      'TMPDIR',
    ];
    assert.deepEqual(
      names.filter((name: string) => !allowed.includes(name)),
      [],
    );
  } finally {
    delete process.env['KINORA_TEST_SECRET'];
  }
});

it('keeps a child off the network where the report says so', async (test) => {
  const report = await sandboxReport();
  if (report.network === 'shared') return test.skip('this system allows no network namespace');
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : assert.fail();
    const program = `
      const socket = require('node:net').connect(${port}, '127.0.0.1');
      socket.on('connect', () => { console.log('connected'); socket.destroy() });
      socket.on('error', (error) => console.log(error.code))`;
    assert.match(await allFrom(await run(program)), /^E(NETUNREACH|CONNREFUSED|ADDRNOTAVAIL)/);
  } finally {
    server.close();
  }
});

it('ends a child at once when its signal is aborted, and starts none afterwards', async () => {
  const controller = new AbortController();
  const child = await run('setInterval(() => {}, 1000)', {}, controller.signal);
  const reason = new Error('enough');
  controller.abort(reason);
  assert.partialDeepStrictEqual(await child.ended, { status: 'failed', why: 'killed' });
  await assert.rejects(run('0', {}, controller.signal), reason);
});

it('leaves no timer behind once the child is gone', async () => {
  const child = await run('0');
  await child.ended;
  child.expectAnswer();
  await eventually(async () => assert.ok(!process.getActiveResourcesInfo().includes('Timeout')));
});

it('throws when the program cannot be started', async () => {
  const missing = { file: '/no/such/ffmpeg', args: [] };
  await assert.rejects(
    spawnChild({ command: missing, limits: readingLimits }),
    /\/no\/such\/ffmpeg could not be started/,
  );
  const nowhere = {
    command: { file: process.execPath, args: [] },
    limits: readingLimits,
    scratch: '/no/such/folder',
  };
  await assert.rejects(spawnChild(nowhere), /could not be started/);
});
