import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sampleStoryboard } from '../../../test/fixtures/sample-storyboard.ts';
import { KinoraError } from '../../client/index.ts';
import { UsageError } from '../exit-codes.ts';
import { placedInFile, readStoryboard, refuseFaults } from './read-storyboard.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-read-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const pretty = JSON.stringify(sampleStoryboard, undefined, 2);

async function file(text: string): Promise<string> {
  const path = join(folder, 'film.json');
  await writeFile(path, text);
  return path;
}

/** The line, counted from 1, that holds `words`. */
const lineOf = (text: string, words: string) => text.slice(0, text.indexOf(words)).split('\n').length;

const request = {
  durationSeconds: 4,
  generateAudio: true,
  references: [{ kind: 'image' as const }],
};

const mistakes = async (text: string, changes: Partial<typeof request> = {}) => {
  try {
    const board = await readStoryboard(await file(text));
    refuseFaults(board, { ...request, ...changes });
  } catch (error) {
    assert.ok(error instanceof UsageError);
    return error.message;
  }
  return assert.fail('nothing was found');
};

test('a storyboard that can be filmed is read as it stands', async () => {
  const board = await readStoryboard(await file(pretty));
  refuseFaults(board, request);
  assert.deepEqual(board.storyboard, sampleStoryboard);
});

test('every mistake of one field is told by its line and its name', async () => {
  const text = pretty
    .replace('"#336699"', '"blue"')
    .replace('"wood"', '"lava"')
    .replace('"picture"', '"cat"')
    .replace('"posterSeconds"', '"poster"');
  const said = await mistakes(text);
  for (const [words, field, why] of [
    ['"blue"', 'set.wall', /#rrggbb/],
    ['"lava"', 'set.surface', /Expected one of "seamless"\|/],
    ['"cat"', 'shots[0].subject.kind', /'picture' \| 'turntable'/],
    ['"poster"', 'poster', /"poster" is unknown/],
  ] as const) {
    const line = said.split('\n').find((one) => one.includes(`  ${field}  `));
    assert.match(line ?? said, why);
    assert.ok(
      line?.includes(`film.json:${lineOf(text, words)}  `),
      `${line}, not line ${lineOf(text, words)}`,
    );
  }
  assert.match(said, /posterSeconds {2}/, 'the field that is missing now is named as well');
});

test('what does not go together is told by its line too', async () => {
  const text = pretty.replace('"startSeconds": 2.5', '"startSeconds": 2.6');
  const said = await mistakes(text, { references: [] });
  assert.match(
    said,
    new RegExp(`film\\.json:${lineOf(text, '2.6')} {2}shots\\[1\\]\\.startSeconds {2}Shots follow`),
  );
  assert.match(said, /shots\[0\]\.subject\.position {2}There is no image 1; the request has 0\./);
});

test('glass is looked for only in an image that there is', async () => {
  const clear = (positions: number[]) => JSON.stringify({ ...sampleStoryboard, clearGlass: positions });
  const board = await readStoryboard(await file(clear([1])));
  refuseFaults(board, request);
  assert.deepEqual(board.storyboard.clearGlass, [1]);
  assert.match(await mistakes(clear([1, 2])), /clearGlass\[1\] {2}There is no image 2; the request has 1\./);
});

test('a file that is missing, or no JSON, says so', async () => {
  await assert.rejects(readStoryboard(join(folder, 'nowhere.json')), /There is no file .*nowhere\.json/);
  await assert.rejects(readStoryboard(await file(pretty.slice(0, 100))), /film\.json is not JSON: /);
});

test('a refusal of the server points into the file, and stays a refusal', async () => {
  const board = await readStoryboard(await file(pretty));
  const refusal = new KinoraError('invalid_request', 'The video will be 720×720.', {
    faults: [
      { pointer: '/storyboard/width', code: 'invalid_request', message: 'The video will be 720×720.' },
      { pointer: '/prompt', code: 'invalid_prompt', message: 'The prompt mentions @Image9.' },
    ],
    status: 422,
  });
  const placed = placedInFile(refusal, board);
  assert.ok(placed instanceof KinoraError);
  assert.equal(placed.code, 'invalid_request');
  assert.match(
    placed.message,
    new RegExp(`film\\.json:${lineOf(pretty, '"width"')} {2}width {2}The video will be`),
  );
  assert.deepEqual(
    placed.faults.map(({ pointer }) => pointer),
    ['/storyboard/width', '/prompt'],
  );
  const other = new KinoraError('unreachable', 'no answer');
  assert.equal(placedInFile(other, board), other);
});
