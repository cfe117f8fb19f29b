import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readConfig } from './config.ts';
import { diagnose } from './doctor.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-doctor-test-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const checked = async (env: Record<string, string>) => {
  const checks = await diagnose(readConfig({ KINORA_HOME: join(folder, 'home'), KINORA_PORT: '0', ...env }));
  return new Map(checks.map((check) => [check.name, check]));
};

describe('the doctor', () => {
  it('finds a machine fit on which nothing is set up, and sets nothing up', async () => {
    const checks = await checked({});
    assert.deepEqual(
      [...checks.keys()],
      ['node', 'data folder', 'disk space', 'database', 'codec', 'sandbox', 'port'],
    );
    for (const name of ['node', 'database', 'codec'])
      assert.equal(checks.get(name)?.status, 'ok', checks.get(name)?.detail);
    assert.match(checks.get('data folder')?.detail ?? '', /will be made by the first start/);
    await assert.rejects(rm(join(folder, 'home')), { code: 'ENOENT' });
  });

  it('says what is wrong with a home that is a file, a codec that is none, a database that is not there', async () => {
    await writeFile(join(folder, 'file'), '');
    const checks = await checked({
      KINORA_HOME: join(folder, 'file'),
      KINORA_FFMPEG: join(folder, 'no-ffmpeg'),
      DATABASE_URL: 'postgres://kinora:secret@127.0.0.1:1/kinora',
    });
    for (const name of ['data folder', 'codec', 'database']) {
      assert.equal(checks.get(name)?.status, 'fail', name);
      assert.ok(checks.get(name)?.remedy !== undefined, name);
    }
    assert.doesNotMatch(JSON.stringify([...checks.values()]), /secret/);
  });

  it('tells a Kinora on its port from another program', async () => {
    let body: object = { status: 'ok', engines: ['local'] };
    const server = createServer((_request, response) => response.end(JSON.stringify(body)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = { KINORA_PORT: String((server.address() as AddressInfo).port) };
    try {
      assert.deepEqual((await checked(env)).get('port')?.status, 'ok');
      body = { hello: 'world' };
      const port = (await checked(env)).get('port');
      assert.equal(port?.status, 'warn');
      assert.match(port?.remedy ?? '', /KINORA_PORT=\d+/);
    } finally {
      server.close();
    }
  });
});
