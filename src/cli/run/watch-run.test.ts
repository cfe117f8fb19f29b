import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createOutput } from '../output.ts';
import type { ReadyRow } from './hash-references.ts';
import { watchRun } from './watch-run.ts';

it('a row that is shown cannot move the cursor, and takes one line', () => {
  let written = '';
  const sink = { write: (text: string) => (written += text) };
  const output = createOutput({ json: false, stdout: sink, stderr: sink, noColours: true });
  const evil = '\u001b[2Ja\nb';
  const row: ReadyRow = {
    key: evil,
    title: `${evil}!`,
    prompt: evil,
    references: [],
    notes: [evil],
    requestHash: '',
  };
  const watcher = watchRun(output, output.progress());
  watcher.onPlan({ rows: [row], finished: 0, invalid: [] });
  const nothing = {
    generation_id: null,
    seconds: null,
    width: null,
    height: null,
    bytes: null,
    credits: null,
    path: null,
    poster: null,
  };
  watcher.onEnd(row, 'failed', { ...row, ...nothing, status: 'failed', error: evil });
  assert.equal(written, '1 row\n  a b: a b\n  ✗ a b! a b: a b\n');
});
