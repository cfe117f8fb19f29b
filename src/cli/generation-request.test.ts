import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleStoryboard } from '../../test/fixtures/sample-storyboard.ts';
import { type Command, parseCommandLine } from './command.ts';
import { generationRequest, readRequest, requestOptions } from './generation-request.ts';

const command: Command = {
  name: 'film',
  summary: '',
  usage: '',
  options: requestOptions,
  examples: [],
  async run() {},
};

const optionsOf = (args: string[]) => parseCommandLine(command, args).options;
const film = { ...sampleStoryboard, frames: 7 * 24, width: 720, height: 1280 };

test('length and ratio are those of a given storyboard, unless they are given too', () => {
  const own = readRequest('x', optionsOf([]), film);
  assert.deepEqual([own.durationSeconds, own.aspectRatio, own.generateAudio], [7, '9:16', true]);
  const told = readRequest('x', optionsOf(['-d', '5', '-r', '1:1', '--silent']), film);
  assert.deepEqual([told.durationSeconds, told.aspectRatio, told.generateAudio], [5, '1:1', false]);
  assert.equal(readRequest('x', optionsOf([]), { ...film, sound: [] }).generateAudio, false);
});

test('the storyboard goes into the body as it is, and its seed is left to it', async () => {
  const request = generationRequest('x', optionsOf([]), film);
  const { endpoint, body } = await request.body(undefined as never, new AbortController().signal);
  assert.equal(endpoint, 'text-to-video');
  assert.deepEqual(body, { prompt: 'x', duration: 7, aspect_ratio: '9:16', storyboard: film });
});

test('references keep their order within their kind, and their roles', () => {
  const { references, endpoint } = readRequest(
    'x',
    optionsOf(['-a', 'm.wav', '-i', 'a.jpg', '-i', 'logo=b.png']),
  );
  assert.equal(endpoint, 'reference-to-video');
  assert.deepEqual(references, [
    { kind: 'image', place: 'a.jpg', role: undefined },
    { kind: 'image', place: 'b.png', role: 'logo' },
    { kind: 'audio', place: 'm.wav', role: undefined },
  ]);
});
