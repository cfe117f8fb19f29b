import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRight, killRuns } from '../../scripts/chaos/kill-runs.ts';

// The server too is killed by npm run chaos:run: what it held is taken up again when its leases have run out, which takes
// longer than a suite should wait.
test('a run whose command and database are killed with -9 makes, charges and tells of every row once', {
  timeout: 300_000,
}, async () => {
  const said: string[] = [];
  const verdict = await killRuns({
    rows: 8,
    kills: 3,
    seed: 3,
    latencySeconds: 0.2,
    targets: [
      [2, 'cli'],
      [1, 'database'],
    ],
    say: (text) => said.push(text),
  });
  assert.ok(isRight(verdict), `${JSON.stringify(verdict)}\n${said.join('\n')}`);
  assert.ok(verdict.kills.cli + verdict.kills.database > 0, 'nothing was killed before it was over');
});
