import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRight, killRuns } from '../../scripts/chaos/kill-runs.ts';

test('a run whose command, server and database are killed with -9 makes, charges and tells of every row once', {
  timeout: 300_000,
}, async () => {
  const said: string[] = [];
  const verdict = await killRuns({
    rows: 8,
    kills: 3,
    seed: 3,
    latencySeconds: 0.2,
    say: (text) => said.push(text),
  });
  assert.ok(isRight(verdict), `${JSON.stringify(verdict)}\n${said.join('\n')}`);
  const { cli, server, database } = verdict.kills;
  assert.ok(cli + server + database > 0, 'nothing was killed before it was over');
});
