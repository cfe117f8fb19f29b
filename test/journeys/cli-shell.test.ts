import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';

const bin = join(import.meta.dirname, '..', '..', 'bin', 'kinora.js');

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-cli-'));
});

after(() => rm(folder, { recursive: true, force: true }));

/** Runs the command as a shell would, in an empty folder. */
function kinora(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { ...cleanEnvironment(), KINORA_HOME: join(folder, 'home'), KINORA_PORT: '0' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** An address where a server has been and is no more. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

describe('the kinora command', () => {
  it('explains itself', async () => {
    const { code, stdout, stderr } = await kinora('--help');
    assert.deepEqual([code, stderr], [0, '']);
    const names = [
      'serve',
      'generate',
      'storyboard',
      'run',
      'accounts',
      'keys',
      'credits',
      'receipts',
      'doctor',
    ];
    for (const name of names) assert.match(stdout, new RegExp(`^  ${name} +\\w`, 'm'));
    const helps = await Promise.all(names.map((name) => kinora(name, '--help')));
    for (const [index, help] of helps.entries()) {
      assert.equal(help.code, 0);
      assert.match(help.stdout, new RegExp(`usage: kinora ${names[index]}`));
    }
  });

  it('says what was wrong with the way it was called, and ends with 2', async () => {
    const calls = [
      [['paint'], /There is no command "paint"/],
      [['run'], /A workflow file is missing/],
      [['run', 'nowhere.yaml'], /There is no file .*nowhere\.yaml/],
      [['generate', 'a mug', '--ratio', '4:3'], /--ratio must be one of/],
      [['generate', 'a mug', '--url', 'localhost:4700'], /not the address of a server/],
      [['generate', 'a mug', '-o', '/dev/null/a/mug.mp4'], /The folder .* cannot be made/],
      [['credits', 'grant', 'acc_1', 'many'], /Who gets how many/],
      [['credits', 'adjust', 'acc_1', '5'], /Why\? The ledger keeps the reason/],
      [['receipts', 'burn'], /receipts cannot "burn"/],
    ] as const;
    const answers = await Promise.all(calls.map(([args]) => kinora(...args)));
    for (const [index, [args, why]] of calls.entries()) {
      const { code, stdout, stderr } = answers[index] ?? assert.fail();
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, why);
    }
  });

  it('ends with 3 where no server answers', async () => {
    const { code, stderr } = await kinora('credits', '--url', await deadAddress(), '--key', 'kin_live_x');
    assert.equal(code, 3);
    assert.match(stderr, /cannot be reached \(ECONNREFUSED\)/);
  });

  it('doctor --json prints one object a line and nothing else', async () => {
    const { code, stdout, stderr } = await kinora('doctor', '--json');
    const checks = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; status: string });
    assert.ok(checks.some(({ name }) => name === 'database'));
    assert.equal(code, checks.some(({ status }) => status === 'fail') ? 1 : 0);
    assert.equal(stderr === '', code === 0);
  });
});
