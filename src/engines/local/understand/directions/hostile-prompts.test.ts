import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDirections } from '../directions.ts';
import { captionLimits } from './captions.ts';
import { colourWords, readColour } from './colour-words.ts';
import { verbForms } from './inflect.ts';
import { lexicon } from './lexicon.ts';
import {
  captionTimes,
  lights,
  moves,
  paces,
  setStyles,
  subjectActions,
  surfaces,
  tagKinds,
  tagRoles,
  transitionKinds,
  warmths,
} from './meaning.ts';
import { findQuotations } from './quotations.ts';

const longest = 5_000;
const filled = (text: string) => text.repeat(Math.ceil(longest / text.length)).slice(0, longest);

const hostile = [
  ...[
    'a',
    ' ',
    '\n',
    '杯',
    'e\u0301',
    '\u0301',
    '👩‍👩‍👧',
    '\ud800',
    '\u200b',
    '\u202e',
    'İ',
    '\uE000',
    'كوب ',
  ],
  ...['"', '“', '«', '‘', "'", "''", "a' ", '"a" ', '"a', '“a «b ‘c ', "caption 'a ", 'end with "a" ', '""'],
  ...[
    'camera ',
    'camera a a a ',
    'orbit to the ',
    'slow push in ',
    'no no no ',
    'no pan or ',
    'or ',
    'then ',
  ],
  ...[
    'on ',
    'on on on a ',
    'on a ',
    'background in a ',
    'light light ',
    'red background ',
    '(',
    '...',
    '- ',
    ' -',
  ],
  ...[
    '@Image1, ',
    '@Image1 and ',
    '@Image1-@Image99 ',
    '@Image1 as the ',
    'camera follow the motion of @Video1 ',
  ],
  ...[
    'start with close up of ',
    'fast whip pan left to right slow ',
    'slow motion ',
    '__proto__ constructor ',
  ],
];

for (const text of hostile)
  test(`reads 5,000 characters of ${JSON.stringify(text)} within 20 ms`, () => {
    const prompt = filled(text);
    const milliseconds: number[] = [];
    // A busy machine slows single runs down; the grammar itself is as fast as the fastest.
    while (milliseconds.length < 20 && !milliseconds.some((each) => each < 20)) {
      const start = performance.now();
      readDirections(prompt);
      milliseconds.push(performance.now() - start);
    }
    assert.ok(Math.min(...milliseconds) < 20, `${milliseconds.map((each) => each.toFixed(1))} ms`);
  });

const vocabulary = [
  ...new Set(
    Object.values(lexicon)
      .flat()
      .flatMap(({ said }) => said)
      .flatMap((pattern) => pattern.replace(/[[\]~$]|\.\.\d|![^ ]*/g, '').split(/[ |]/)),
  ),
].filter((word) => word !== '' && !word.startsWith('@'));
const joints = [
  ' ',
  ', ',
  '. ',
  ': ',
  '-',
  ' then ',
  ' and ',
  ' no ',
  ' not ',
  '\n',
  ' "',
  '" ',
  '“',
  '” ',
  '‘',
  '’',
  "'",
];
const tags = ['@Image1', '@Image2', '@Video1', '@Audio1', '@Image99', '@Image0', '@nobody'];
const prompts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(...vocabulary, ...joints, ...joints, ...joints, ...tags, ...Object.keys(colourWords)),
      {
        maxLength: 80,
      },
    )
    .map((parts) => parts.join(' ')),
);

test('never throws, gives the same twice, and only values the engine knows', () => {
  fc.assert(
    fc.property(prompts, (prompt) => {
      const read = readDirections(prompt);
      assert.deepEqual(readDirections(prompt), read);
      const { directions, notes } = read;
      const optional = <T>(list: readonly T[], value: T | undefined) =>
        value === undefined || list.includes(value);
      assert.ok(directions.camera.length <= 8);
      for (const { move, pace } of directions.camera)
        assert.ok(moves.includes(move) && optional(paces, pace));
      assert.ok(paces.includes(directions.pace) && warmths.includes(directions.warmth));
      assert.ok(optional(subjectActions, directions.action) && optional(lights, directions.light));
      assert.ok(optional(surfaces, directions.surface) && optional(setStyles, directions.set));
      assert.match(directions.colour ?? '#000000', /^#[\da-f]{6}$/);
      for (const transition of directions.transitions) assert.ok(transitionKinds.includes(transition));
      for (const { kind, position, as } of directions.tags)
        assert.ok(tagKinds.includes(kind) && tagRoles.includes(as) && position >= 1 && position <= 99);
      for (const { message } of notes) assert.ok(message.length < 3_000, message);
    }),
    { numRuns: 1_500, seed: 7 },
  );
});

const quoted = fc
  .tuple(
    fc.constantFrom('""', '“”', '„“', '«»', '「」', '『』'),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    prompts,
  )
  .map(([marks, text, rest]) => `${rest} caption ${marks[0]}${text}${marks[1]} ${rest}`);

test('shows only captions that stand in the prompt, at most four of 120 characters', () => {
  fc.assert(
    fc.property(fc.oneof(prompts, quoted), (prompt) => {
      const { captions } = readDirections(prompt).directions;
      assert.ok(captions.length <= captionLimits.count);
      for (const { text, at } of captions) {
        assert.ok(prompt.includes(text), text);
        assert.ok(text.length > 0 && text.length <= captionLimits.characters, String(text.length));
        assert.ok(captionTimes.includes(at));
        assert.equal(text.isWellFormed() || !prompt.isWellFormed(), true, 'no surrogate pair was cut in two');
      }
    }),
    { numRuns: 1_500, seed: 11 },
  );
});

test('cuts a long caption after a word, and one without spaces after a whole character', () => {
  const [words] = readDirections(`"${'seven77 '.repeat(30)}"`).directions.captions;
  assert.equal(words?.text, `${'seven77 '.repeat(15)}`.trim());
  const [family] = readDirections(`"${'👩‍👩‍👧a'.repeat(40)}"`).directions.captions;
  assert.equal(family?.text, '👩‍👩‍👧a'.repeat(13));
});

test('finds quotations in every style of marks, and no inch or apostrophe', () => {
  const texts = (prompt: string) => findQuotations(prompt).quotations.map(({ text }) => text);
  assert.deepEqual(texts('"a" “b” „c“ „d” «e» « f » 「g」 『h』 ‘i’ »j«'), [...'abcdefghij']);
  assert.deepEqual(texts(`a 12" pan, 5" deep, the mugs' rims, it’s, 'n'`), []);
  assert.deepEqual(texts(`title 'It's on' and the cat's`), ["It's on"]);
  assert.deepEqual(texts('“said "twice" over”'), ['said "twice" over']);
  assert.equal(findQuotations('an "open end').unbalanced, true);
  assert.equal(findQuotations('the mugs’ rims').unbalanced, false);
});

test('makes the forms of a verb', () => {
  assert.deepEqual(verbForms('pan'), ['pan', 'pans', 'panned', 'panning']);
  assert.deepEqual(verbForms('rotate'), ['rotate', 'rotates', 'rotated', 'rotating']);
  assert.deepEqual(verbForms('dolly'), ['dolly', 'dollies', 'dollied', 'dollying']);
  assert.deepEqual(verbForms('push'), ['push', 'pushes', 'pushed', 'pushing']);
  assert.deepEqual(verbForms('zoom'), ['zoom', 'zooms', 'zoomed', 'zooming']);
  assert.deepEqual(verbForms('sway'), ['sway', 'sways', 'swayed', 'swaying']);
});

test('reads names of colours, their shades and hexadecimal ones', () => {
  assert.ok(Object.keys(colourWords).length >= 60);
  for (const hex of Object.values(colourWords)) assert.match(hex, /^#[\da-f]{6}$/);
  assert.deepEqual(readColour(['the', 'terracotta']), { hex: '#b5522b', count: 1 });
  assert.deepEqual(readColour(['sage', 'green']), { hex: '#a9b797', count: 2 });
  assert.deepEqual(readColour(['pale', 'gray']), { hex: '#d7d7d7', count: 2 });
  assert.deepEqual(readColour(['#FA0'.toLowerCase()]), { hex: '#ffaa00', count: 1 });
  assert.equal(readColour(['constructor']), undefined);
  assert.equal(readColour(['#12345']), undefined);
});
