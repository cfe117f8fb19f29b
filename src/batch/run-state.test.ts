import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptyState, nextStep, type RowState, readState, submittingRow } from './run-state.ts';

const row = (change: Partial<RowState>): RowState => ({ ...submittingRow('hash', 1), ...change });

describe('what is next for a row', () => {
  for (const [what, saved, hasVideo, step] of [
    ['never asked for', undefined, false, { do: 'submit', attempt: 1 }],
    ['perhaps asked for', row({}), false, { do: 'submit', attempt: 1 }],
    ['asked for again, perhaps', row({ try: 3 }), false, { do: 'submit', attempt: 3 }],
    [
      'known to the server',
      row({ status: 'waiting', generation_id: 'gen_1' }),
      false,
      { do: 'wait', generationId: 'gen_1', attempt: 1 },
    ],
    ['finished', row({ status: 'complete', generation_id: 'gen_1' }), true, { do: 'nothing' }],
    [
      'finished, its video gone',
      row({ status: 'complete', generation_id: 'gen_1' }),
      false,
      { do: 'wait', generationId: 'gen_1', attempt: 1 },
    ],
    [
      'failed',
      row({ status: 'failed', generation_id: 'gen_1', try: 2 }),
      false,
      { do: 'submit', attempt: 3 },
    ],
    [
      'finished for another request',
      row({ status: 'complete', request_hash: 'other', try: 4 }),
      true,
      { do: 'submit', attempt: 1 },
    ],
    [
      'in the making for another request',
      row({ status: 'waiting', request_hash: 'other', generation_id: 'gen_1' }),
      false,
      { do: 'submit', attempt: 1 },
    ],
  ] as const)
    it(`that is ${what} is to ${step.do}`, () => assert.deepEqual(nextStep(saved, 'hash', hasVideo), step));
});

describe('the state of a run', () => {
  const options = { file: 'out/state.json', workflow: 'shop' };

  it('is read back as it was written', () => {
    const state = { ...emptyState('shop'), rows: { A: row({ status: 'waiting', generation_id: 'gen_1' }) } };
    assert.deepEqual(readState(JSON.stringify(state), options), state);
  });

  for (const [what, text, why] of [
    ['broken', '{"version":1,', /out\/state\.json is not JSON/],
    ['of something else', '{"hello":1}', /is not the state of a run/],
    [
      'of another workflow',
      JSON.stringify(emptyState('other')),
      /belongs to the workflow "other", not to "shop"/,
    ],
  ] as const)
    it(`is refused when it is ${what}`, () =>
      assert.throws(() => readState(text, options), { code: 'invalid_state', message: why }));
});
