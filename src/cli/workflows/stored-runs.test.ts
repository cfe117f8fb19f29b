import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client, Run } from '../../client/index.ts';
import type { Invocation } from '../command.ts';
import { exitCodeOf, Interrupted } from '../exit-codes.ts';
import { createOutput } from '../output.ts';
import { runStored } from './stored-runs.ts';

const run = { id: 'run_1', state: 'planning', finished_at: null } as unknown as Run;

test('Ctrl-C leaves a run that is waited for, says that it goes on, and ends as an interruption', async () => {
  const stopping = new AbortController();
  const client = {
    workflows: { run: async () => run },
    runs: {
      get: async () => {
        stopping.abort(new Interrupted('Stopped.'));
        return run;
      },
    },
  } as unknown as Client;
  const nowhere = { write: () => {} };
  const invocation = {
    positionals: ['run', 'shop'],
    options: {
      text: () => undefined,
      texts: () => [],
      flag: (name) => name === 'wait',
      wholeNumber: () => undefined,
    },
    env: {},
    output: createOutput({ json: false, stdout: nowhere, stderr: nowhere, noColours: true }),
    signal: stopping.signal,
  } satisfies Invocation;
  await assert.rejects(runStored(invocation, client, 'shop'), (error: unknown) => {
    assert.equal(exitCodeOf(error), 130);
    assert.match(String(error), /run_1 goes on on the server/);
    return true;
  });
});
