import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createClient } from '../client/index.ts';
import {
  keepAccount,
  keepServing,
  readAccount,
  readOperatorKey,
  readServing,
  removeServing,
} from './home-files.ts';
import { ownAccount } from './own-account.ts';
import { findServing } from './own-server.ts';
import { writeAtomically } from './write-atomically.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'kinora-home-'));
});

afterEach(() => rm(home, { recursive: true, force: true }));

describe('the files of a home', () => {
  it('are read back, and nobody else may read them', async () => {
    assert.equal(await readAccount(home), undefined);
    await keepAccount(home, { account_id: 'acc_1', key: 'kin_live_x' });
    assert.deepEqual(await readAccount(home), { account_id: 'acc_1', key: 'kin_live_x' });
    assert.equal((await stat(join(home, 'cli-account.json'))).mode & 0o777, 0o600);
  });

  it('count as missing when they are not what they should be', async () => {
    await writeFile(join(home, 'cli-account.json'), '{"account_id":7}');
    await writeFile(join(home, 'serving.json'), 'not JSON');
    assert.equal(await readAccount(home), undefined);
    assert.equal(await readServing(home), undefined);
    assert.equal(await readOperatorKey(home), undefined);
  });

  it('say where a server serves only as long as it does', async () => {
    await keepServing(home, { url: 'http://localhost:4700', pid: 1 });
    assert.equal((await readServing(home))?.url, 'http://localhost:4700');
    await removeServing(home);
    assert.equal(await readServing(home), undefined);
  });
});

describe('the server of a home', () => {
  it('is not whoever listens where a killed one did', async () => {
    await keepServing(home, { url: 'http://127.0.0.1:4700', pid: process.pid });
    assert.equal(await findServing(home), undefined, 'this process runs, but has no database in this home');
  });
});

describe('the account of a command', () => {
  const operatorWith = (accounts: { id: string; name: string }[]) => {
    const calls: string[] = [];
    const operator = createClient({
      baseUrl: 'http://kinora.test',
      key: 'operator',
      fetch: async (input, init) => {
        const call = `${init?.method} ${new URL(String(input)).pathname}`;
        calls.push(call);
        if (call === 'GET /v1/accounts') return Response.json({ object: 'list', data: accounts });
        if (call === 'POST /v1/accounts') return Response.json({ id: 'acc_new' });
        return Response.json({ key: 'kin_live_new' });
      },
    });
    const ask = () =>
      ownAccount({
        home,
        url: 'http://kinora.test',
        operator,
        name: 'mine',
        signal: new AbortController().signal,
      });
    return { ask, calls };
  };

  it('is made with its key, which is kept', async () => {
    const { ask, calls } = operatorWith([{ id: 'acc_other', name: 'other' }]);
    assert.deepEqual(await ask(), { account_id: 'acc_new', key: 'kin_live_new' });
    assert.deepEqual(calls, ['GET /v1/accounts', 'POST /v1/accounts', 'POST /v1/keys']);
    assert.equal((await readAccount(home))?.key, 'kin_live_new');
  });

  it('is found again by its name when its key was lost on the way', async () => {
    const { ask, calls } = operatorWith([{ id: 'acc_mine', name: 'mine' }]);
    assert.deepEqual(await ask(), { account_id: 'acc_mine', key: 'kin_live_new' });
    assert.deepEqual(calls, ['GET /v1/accounts', 'POST /v1/keys']);
  });
});

describe('an atomic write', () => {
  it('leaves one whole file and nothing beside it', async () => {
    const path = join(home, 'a.json');
    await writeAtomically(path, 'first');
    await writeAtomically(path, 'second', { mode: 0o600 });
    assert.equal(await readFile(path, 'utf8'), 'second');
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(home), ['a.json']);
  });
});
