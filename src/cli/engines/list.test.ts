import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine } from '../../contract/engine.ts';
import { createStyle } from '../style.ts';
import { lengthOfTime, lengthsOf } from './engine-words.ts';
import { printEngines } from './list.ts';
import { printEngine } from './show.ts';

const style = createStyle(false);

const engineOf = (changes: Partial<Engine>): Engine => ({
  object: 'engine',
  name: 'videos',
  state: 'ready',
  model: 'minimax-h3',
  kind: 'remote',
  serves: ['live'],
  slots: 3,
  running: 1,
  paused_at: null,
  cooling_down_until: null,
  cooling_down_reason: null,
  capabilities: {
    endpoints: ['text-to-video', 'image-to-video'],
    durations: [4, 5],
    sizes: { '16:9': { width: 1344, height: 768 } },
    max_references: { image: 1, video: 0, audio: 0, total: 1 },
    reference_limits: { image: { content_types: ['image/jpeg'], max_bytes: 30_000_000 } },
    adapts_references: true,
    audio: 'always',
    seeds: true,
    storyboards: false,
  },
  price: { price_book: 'published@1', lengths: [{ duration: 5, credits: 303, usd_cents: 303 }] },
  recovery: { idempotency_key: false, look_up: true, callback: false },
  statistics: {
    window_hours: 24,
    attempts: 41,
    succeeded: 39,
    rejected: 1,
    failed: 1,
    success_rate: 39 / 40,
    rejection_rate: 1 / 41,
    latency_p50_seconds: 92,
    latency_p95_seconds: 130,
  },
  servers: [],
  ...changes,
});

const down: Engine['servers'][number] = {
  origin: 'http://10.0.0.6:8091',
  slots: 2,
  busy: null,
  state: 'down',
  trouble: 'The provider cannot be reached (ECONNREFUSED).\u001b[2J',
  seen_at: null,
  drained_at: null,
};

function printed(print: (output: Parameters<typeof printEngines>[1]) => void): string[] {
  const lines: string[] = [];
  print({ style, line: (text = '') => lines.push(text), note: () => {} });
  return lines;
}

test('lists engines in columns, and below what is wrong with any', () => {
  const fresh = {
    ...engineOf({}).statistics,
    attempts: 0,
    succeeded: 0,
    rejected: 0,
    failed: 0,
    success_rate: null,
    rejection_rate: null,
    latency_p50_seconds: null,
  };
  const engines = [
    engineOf({ servers: [down] }),
    engineOf({
      name: 'local',
      model: 'kinora-studio-2',
      slots: null,
      running: 0,
      price: null,
      statistics: fresh,
    }),
  ];
  assert.deepEqual(
    printed((output) => printEngines(engines, output)),
    [
      'ENGINE   STATE   MODEL                 CREDITS    BUSY   MADE   WELL              REJECTED       MEDIAN',
      'videos   ready   minimax-h3        303 for 5 s   1 / 3     39   ██████████ 98 %        2 %   1 min 32 s',
      'local    ready   kinora-studio-2                     0',
      '',
      'http://10.0.0.6:8091 is down: The provider cannot be reached (ECONNREFUSED).',
    ],
  );
});

test('shows everything about one', () => {
  assert.deepEqual(
    printed((output) => printEngine(engineOf({ servers: [down] }), output)),
    [
      'videos  ready  minimax-h3',
      '  makes     text-to-video, image-to-video',
      '            4, 5 s · always with sound · seeds',
      '  sizes     16:9 1344 × 768',
      '  takes     1 image; 1 in all, adapted on their way',
      '            images: jpeg · 30 MB',
      '  price     5 s 303 credits',
      '  lost      a start without an answer is looked up',
      '  24 hours  39 made, 1 failed (98 % well), 1 rejected',
      '            half of them within 1 min 32 s, 95 % within 2 min 10 s',
      '  busy      1 of 3 slots',
      '',
      'SERVER                 STATE    BUSY   SEEN',
      'http://10.0.0.6:8091   down    ? / 2',
      '',
      'http://10.0.0.6:8091 is down: The provider cannot be reached (ECONNREFUSED).',
    ],
  );
});

test('says times and lengths as a person would', () => {
  assert.deepEqual([0.4, 59.6, 92, 3_600, 5_461].map(lengthOfTime), [
    '0 s',
    '1 min',
    '1 min 32 s',
    '1 h 0 min',
    '1 h 31 min',
  ]);
  assert.deepEqual([[4, 5, 6, 7], [4, 5], [5], [4, 8, 12]].map(lengthsOf), [
    '4–7 s',
    '4, 5 s',
    '5 s',
    '4, 8, 12 s',
  ]);
});
