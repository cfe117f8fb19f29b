import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../config.ts';
import { AppError } from '../domain/errors.ts';

test('reads servers with how many jobs each may have at once', () => {
  const { own } = readConfig({
    KINORA_VIDEOS_URLS: 'http://10.0.0.5:8091*2, https://gpu.example.com\nhttp://[fd00::1]:8091*12',
    KINORA_COMFYUI_URLS: 'http://10.0.0.7:8188',
    KINORA_COMFYUI_WORKFLOW: '/etc/kinora/workflow.json',
  });
  assert.deepEqual(own, {
    videos: {
      servers: [
        { origin: 'http://10.0.0.5:8091', slots: 2 },
        { origin: 'https://gpu.example.com', slots: 1 },
        { origin: 'http://[fd00::1]:8091', slots: 12 },
      ],
      preset: 'minimax-h3',
      key: undefined,
      priceBook: 'published',
    },
    comfyui: {
      servers: [{ origin: 'http://10.0.0.7:8188', slots: 1 }],
      workflowPath: '/etc/kinora/workflow.json',
      priceBook: 'published',
    },
  });
});

test('sets up nothing where no servers are named', () => {
  assert.deepEqual(readConfig({}).own, { videos: undefined, comfyui: undefined });
});

const faulty: [what: string, env: Record<string, string>, says: RegExp][] = [
  [
    'a path behind the port',
    { KINORA_VIDEOS_URLS: 'http://10.0.0.5:8091/v1' },
    /"http:\/\/10\.0\.0\.5:8091\/v1" is not a server/,
  ],
  ['a login', { KINORA_VIDEOS_URLS: 'http://user:secret@10.0.0.5' }, /is not a server/],
  ['no slots', { KINORA_VIDEOS_URLS: 'http://10.0.0.5:8091*0' }, /is not a server/],
  [
    'a server twice',
    { KINORA_VIDEOS_URLS: 'http://10.0.0.5 http://10.0.0.5*2' },
    /must name each server once/,
  ],
  ['no server', { KINORA_VIDEOS_URLS: ' , ' }, /must name a server/],
  [
    'a preset without servers',
    { KINORA_VIDEOS_PRESET: 'wan-2.2-5b' },
    /KINORA_VIDEOS_PRESET: means nothing without KINORA_VIDEOS_URLS/,
  ],
  [
    'servers without a workflow',
    { KINORA_COMFYUI_URLS: 'http://10.0.0.5:8188' },
    /KINORA_COMFYUI_WORKFLOW: must be set/,
  ],
];

for (const [what, env, says] of faulty)
  test(`refuses ${what}`, () => {
    assert.throws(
      () => readConfig(env),
      (error) => error instanceof AppError && says.test(error.message),
    );
  });
