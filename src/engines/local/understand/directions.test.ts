import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';
import { type CameraDirection, type Directions, readDirections } from './directions.ts';

const camera = (...moves: string[]) =>
  moves.map((said) => {
    const [move, pace] = said.split(' ');
    return (pace === undefined ? { move } : { move, pace }) as CameraDirection;
  });
const tag = (said: string) => {
  const [, kind, position, as] = /^(\w+?)(\d+) (\w+)$/.exec(said) ?? [];
  return { kind, position: Number(position), as } as Directions['tags'][number];
};

/** Absent keys are not compared; `undefined` says that the prompt must not set it. */
const table: [prompt: string, expected: { [K in keyof Directions]?: Directions[K] | undefined }][] = [
  // Camera
  ['camera orbits the bottle', { camera: camera('orbit_right'), action: undefined }],
  ['The camera rotates slowly around the watch', { camera: camera('orbit_right slow'), action: undefined }],
  ['orbit to the left', { camera: camera('orbit_left') }],
  ['clockwise is not said, but orbiting clockwise is', { camera: camera('orbit_left') }],
  ['Arc shot around the speaker', { camera: camera('orbit_right') }],
  ['Push in on the label', { camera: camera('push_in') }],
  ['slow dolly-in', { camera: camera('push_in slow'), pace: 'normal' }],
  ['the camera glides forward towards the lamp', { camera: camera('push_in') }],
  ['the camera pulls back, then pans left', { camera: camera('pull_out', 'pan_left') }],
  ['dolly out to show the whole table', { camera: camera('pull_out') }],
  ['zoom out quickly', { camera: camera('zoom_out fast') }],
  ['crash zoom into the logo', { camera: camera('zoom_in fast') }],
  ['slow zoom', { camera: camera('zoom_in slow') }],
  ['pan slowly to the right', { camera: camera('pan_right slow') }],
  ['a gentle pan across the shelf', { camera: camera('pan_right slow') }],
  ['tracking shot along the counter', { camera: camera('truck_right') }],
  ['truck left past the bottles', { camera: camera('truck_left') }],
  ['the camera slides to the left', { camera: camera('truck_left') }],
  ['the camera tracks from right to left', { camera: camera('truck_left') }],
  ['the camera must not move at all', { camera: camera('static') }],
  ['Not static: move the camera around it', { camera: camera('orbit_right') }],
  ['tilt up from the base', { camera: camera('tilt_up') }],
  ['tilting down over the dial', { camera: camera('tilt_down') }],
  ['crane down', { camera: camera('crane_down') }],
  ['the camera rises over the sofa', { camera: camera('crane_up'), action: undefined }],
  ['pedestal up', { camera: camera('crane_up'), plinth: undefined }],
  ['handheld, energetic', { camera: camera('handheld'), pace: 'fast' }],
  ['a handheld vacuum on a table', { camera: [] }],
  ['whip pan to the second bag', { camera: camera('whip'), transitions: [] }],
  ['static shot', { camera: camera('static') }],
  ['no camera movement', { camera: camera('static') }],
  ['locked-off tripod frame', { camera: camera('static') }],
  ['frying pan on a stove', { camera: [] }],
  ['close-up of the stitching', { camera: camera('push_in'), dof: true }],
  ['close-up, static camera', { camera: camera('static') }],
  // Order and pace
  ['slow push in, then a fast pan left', { camera: camera('push_in slow', 'pan_left fast') }],
  ['slow push in and quick pan left', { camera: camera('push_in slow', 'pan_left fast') }],
  ['push in slowly and pan left quickly', { camera: camera('push_in slow', 'pan_left fast') }],
  [
    'pan right followed by a push in and finally a pull out',
    { camera: camera('pan_right', 'push_in', 'pull_out') },
  ],
  ['End on a pull out, start with a crane up', { camera: camera('crane_up', 'pull_out') }],
  ['Start with a push in and end with an orbit left.', { camera: camera('push_in', 'orbit_left') }],
  ['tilt up after a pan left', { camera: camera('pan_left', 'tilt_up') }],
  ['orbit → push in → static', { camera: camera('orbit_right', 'push_in', 'static') }],
  ['push in, push in, push in', { camera: camera('push_in') }],
  ['push in, then pan left, then push in', { camera: camera('push_in', 'pan_left', 'push_in') }],
  [
    'The mug rotates slowly while the camera quickly pushes in',
    { camera: camera('push_in fast'), pace: 'slow', action: 'rotates' },
  ],
  ['dynamic, fast-paced edit with a slow orbit', { camera: camera('orbit_right slow'), pace: 'fast' }],
  ['in slow motion', { pace: 'slow' }],
  ['never fast', { pace: 'normal' }],
  ['static camera, orbit the mug', { camera: camera('orbit_right') }],
  // Negation
  ['do not rotate the product', { camera: [], action: undefined }],
  ['without zooming in, pan left', { camera: camera('pan_left') }],
  ['no zooms or pans left, just an orbit', { camera: camera('orbit_right') }],
  ['no people and a slow orbit', { camera: camera('orbit_right slow') }],
  ['without fast cuts', { pace: 'normal', transitions: [] }],
  ['push in instead of panning left', { camera: camera('push_in') }],
  ['no bokeh, no pedestal', { dof: false, plinth: false }],
  // Subject
  ['turn the lamp around, then let it stand on oak', { action: 'rotates', surface: 'wood' }],
  ['the mug rotates', { action: 'rotates', camera: [] }],
  ['product spins on a turntable', { action: 'rotates', camera: [] }],
  ['a full 360 of the lamp', { action: 'rotates' }],
  ['The perfume floats weightlessly', { action: 'floats' }],
  ['levitating headphones', { action: 'floats' }],
  ['the sneaker drops in and bounces', { action: 'drops_in' }],
  ['the bottle lands on wet sand', { action: 'drops_in', surface: 'sand' }],
  ['the bottle rises out of the dark', { action: 'rises', light: 'low_key' }],
  ['A single red rose in a vase', { action: undefined }],
  ['a lamp standing on a wooden table', { action: 'stands', surface: 'wood' }],
  // Light, warmth, mood
  ['moody, dark, low-key', { light: 'low_key' }],
  ['moody, dark', { light: 'dramatic' }],
  ['slow, moody, neon-lit alley', { light: 'neon', pace: 'slow' }],
  ['soft golden hour light', { light: 'golden_hour' }],
  ['low-key lighting with rim light', { light: 'low_key' }],
  ['high-key, all white', { light: 'high_key' }],
  ['bright and airy morning', { light: 'bright' }],
  ['a bright red mug', { light: undefined }],
  ['golden hour light', { light: 'golden_hour', warmth: 'warm' }],
  ['golden hour, but with cool tones', { light: 'golden_hour', warmth: 'cool' }],
  ['neon lights, cyberpunk', { light: 'neon', set: 'night' }],
  ['a bottle in the moonlight', { light: 'moonlight', warmth: 'cool', set: 'night' }],
  ['soft window light', { light: 'soft' }],
  ['dramatic studio lighting', { light: 'dramatic', set: 'studio' }],
  ['icy cold blue', { warmth: 'cool' }],
  ['a warm, cosy mood', { warmth: 'warm' }],
  ['insulated cooler in forest green', { warmth: 'neutral', colour: undefined }],
  ['premium look', { light: 'low_key', surface: 'glossy', pace: 'slow' }],
  ['premium look in bright light on marble', { light: 'bright', surface: 'marble' }],
  ['pastel, playful', { light: 'high_key', pace: 'fast' }],
  ['cinematic', { light: 'dramatic', dof: true }],
  // Surface, set, colour, props
  ['on a white marble slab', { surface: 'marble', colour: undefined }],
  ['on a dark walnut table', { surface: 'wood' }],
  ['floating over still water', { surface: 'water', action: 'floats' }],
  ['a steel water bottle', { surface: undefined }],
  ['on rough concrete', { surface: 'stone' }],
  ['stoneware mug on linen', { surface: 'fabric' }],
  ['on a black glossy surface', { surface: 'glossy', colour: '#111111' }],
  ['seamless paper background', { surface: 'seamless' }],
  ['on a terracotta background', { colour: '#b5522b' }],
  ['a #b5522b backdrop', { colour: '#b5522b' }],
  ['background: #FA0', { colour: '#ffaa00' }],
  ['against a deep forest green wall', { colour: '#1b3525' }],
  ['backdrop in dusty pink', { colour: '#d8a7a7' }],
  ['a red mug on a sage-green background', { colour: '#a9b797' }],
  ['on pure white', { colour: '#ffffff' }],
  ['on a wooden background with a red mug', { surface: 'wood', colour: undefined }],
  ['logo printed on the mug in black', { colour: undefined }],
  ['wall clock black', { colour: undefined }],
  ['backdrop in a deep teal with soft light', { colour: '#0f5155', light: 'soft' }],
  ['not on a red background', { colour: undefined }],
  ['gradient background from peach to pink', { set: 'gradient', colour: '#f8c9a8' }],
  ['outdoors in a sunny garden', { set: 'outdoors', light: 'bright' }],
  ['on the beach at sunset', { set: 'outdoors', surface: 'sand', light: 'golden_hour' }],
  ['city lights at night', { set: 'night' }],
  ['in a cosy kitchen', { set: 'room', warmth: 'warm' }],
  ['kitchen knife set', { set: undefined, colour: undefined }],
  ['on a marble plinth', { plinth: true, surface: 'marble' }],
  ['on a podium, shallow depth of field', { plinth: true, dof: true }],
  ['blurred background', { dof: true }],
  ['everything in focus', { dof: false }],
  ['a light sweep from left to right across the glass', { sweep: true }],
  ['a glint of light passes over the rim', { sweep: true }],
  // Glass
  ['a candle in clear glass, on marble', { glass: true, surface: 'marble' }],
  ['cut-glass tumbler, crystal decanter', { glass: true, transitions: [] }],
  ['a transparent bottle on a dark background', { glass: true }],
  ['the mug on a glass table', { glass: undefined, surface: 'glossy' }],
  ['a white jar on black glass', { glass: undefined, surface: 'glossy' }],
  ['by the glass wall, transparent background, crystal clear 4K', { glass: undefined }],
  ['a frosted glass jar', { glass: false }],
  ['opaque, not transparent', { glass: false }],
  // Transitions
  ['hard cuts between shots', { transitions: ['cut'] }],
  [
    'crossfade between the colours, whip-pan transition at the end',
    { transitions: ['dissolve', 'whip'], camera: [] },
  ],
  ['match cut to the lamp, then a wipe transition', { transitions: ['match', 'wipe'] }],
  ['cut-glass tumbler', { transitions: [] }],
  ['dissolve from @Image1 to @Image2', { arrivals: [{ kind: 'image', position: 2, by: 'dissolve' }] }],
  ['wipe between @Image1 and @Image2', { arrivals: [{ kind: 'image', position: 2, by: 'wipe' }] }],
  ['dissolve from @Image1', { arrivals: undefined, transitions: ['dissolve'] }],
  // Captions
  ['caption "New in autumn"', { captions: [{ text: 'New in autumn', at: 'start' }] }],
  ['with the words “Slow mornings”', { captions: [{ text: 'Slow mornings', at: 'start' }] }],
  ['title "Fjell" at the end', { captions: [{ text: 'Fjell', at: 'end' }] }],
  [
    'tagline: "Push in, zoom out, neon"',
    { captions: [{ text: 'Push in, zoom out, neon', at: 'start' }], camera: [], light: undefined },
  ],
  [
    '“One” and then «Deux» and 「三」',
    {
      captions: [
        { text: 'One', at: 'start' },
        { text: 'Deux', at: 'middle' },
        { text: '三', at: 'end' },
      ],
    },
  ],
  ['At the end, "Shop now"', { captions: [{ text: 'Shop now', at: 'end' }] }],
  [
    '"Halden" throughout, "Now" in the middle',
    {
      captions: [
        { text: 'Halden', at: 'whole' },
        { text: 'Now', at: 'middle' },
      ],
    },
  ],
  ['caption ‘It’s autumn’', { captions: [{ text: 'It’s autumn', at: 'start' }] }],
  ["the text 'Don't wait'", { captions: [{ text: "Don't wait", at: 'start' }] }],
  ["rock 'n' roll, the mugs' handles", { captions: [] }],
  ['a 12" pan and a 5" pot', { captions: [] }],
  ['the "Fjell" mug rotates', { captions: [], action: 'rotates' }],
  ['no caption "Sale"', { captions: [] }],
  // References
  ['@Image1 as the hero', { tags: [tag('image1 hero')] }],
  [
    '@Image1, @Image2 and @Image3 as products',
    { tags: [tag('image1 product'), tag('image2 product'), tag('image3 product')] },
  ],
  ['in the style of @Image3', { tags: [tag('image3 style')] }],
  [
    'Use @Video1 for the camera motion, @Video2 as b-roll',
    { tags: [tag('video1 camera'), tag('video2 clip')] },
  ],
  ['camera follows @Video1', { tags: [tag('video1 camera')], camera: [] }],
  ['use the camera movement from @Video2', { tags: [tag('video2 camera')] }],
  ['cut to the beat of @Audio1', { tags: [tag('audio1 beat')] }],
  [
    '@Audio2 as voice over, @Audio1 as background music',
    { tags: [tag('audio2 voice'), tag('audio1 music')] },
  ],
  ['end on @Image4, start with @Image2', { tags: [tag('image4 closing'), tag('image2 opening')] }],
  ['@Video1 plays in the middle', { tags: [tag('video1 clip')] }],
  ['logo @Image5 on the last frame', { tags: [tag('image5 logo')] }],
  ['@Image2 in the background', { tags: [tag('image2 background')] }],
  ['start with a close-up of @Image2', { tags: [tag('image2 opening'), tag('image2 detail')] }],
  ['@image1 rotates on oak', { tags: [tag('image1 hero')], action: 'rotates', surface: 'wood' }],
  ['do not use @Image3 as background', { tags: [] }],
  ['@Image99 as the logo', { tags: [tag('image99 logo')] }],
  ['@Image1 and mail@Image2.example', { tags: [] }],
  // Nothing, other languages, odd writing
  [
    '',
    {
      camera: [],
      pace: 'normal',
      warmth: 'neutral',
      transitions: [],
      captions: [],
      tags: [],
      light: undefined,
    },
  ],
  ['ein Becher auf einem Tisch 🫖 @Image1', { camera: [], pace: 'normal' }],
  ['Der Becher dreht sich langsam, weiches Licht', { action: 'rotates', pace: 'slow', light: 'soft' }],
  ['a panda, a company and a spinach salad', { camera: [], action: undefined }],
  ['PUSH\u200b IN', { camera: camera('push_in') }],
  ['push—in', { camera: [] }],
  ['كوب يدور, orbit', { camera: camera('orbit_right') }],
];

for (const [prompt, expected] of table)
  test(`reads "${prompt}"`, () => {
    const { directions } = readDirections(prompt);
    for (const [key, value] of Object.entries(expected))
      assert.deepEqual(directions[key as keyof Directions], value, key);
  });

const slowTurn = {
  action: 'rotates',
  pace: 'slow',
  light: 'soft',
  surface: 'seamless',
  set: 'studio',
} as const;

test('reads the prompt of the Halden catalogue for a product', async () => {
  const workflow = new URL('../../../../examples/halden/workflow.yaml', import.meta.url);
  const { prompt } = parse(await readFile(workflow, 'utf8')) as { prompt: string };
  const { directions } = readDirections(prompt.replace('{{ name }}', 'Fjell stoneware mug'));
  const rest = { warmth: 'neutral', camera: [], transitions: [], captions: [], tags: [] } as const;
  assert.deepEqual(directions, { ...slowTurn, ...rest });
});

test('reads the prompt template of the public guide to the API', () => {
  const prompt =
    'Stål insulated bottle 500 ml product rotates slowly on a clean surface, soft studio lighting, 5 seconds';
  const { directions } = readDirections(prompt);
  for (const [key, value] of Object.entries(slowTurn)) assert.equal(directions[key as 'pace'], value, key);
});

const noteIn = (prompt: string, code: string) =>
  readDirections(prompt).notes.find((note) => note.code === code)?.message;

test('says what it followed and as what, and what it was told not to do', () => {
  const prompt = 'Rotate slowly, no zoom in, on a red backdrop';
  assert.equal(
    noteIn(prompt, 'directions_understood'),
    'Followed from the prompt: "Rotate" (subject: rotates), "slowly" (pace: slow), "red backdrop" (set colour #c62828).',
  );
  assert.equal(noteIn(prompt, 'directions_refused'), 'Not done, as the prompt asks: "zoom in".');
});

test('says which of two directions that exclude each other it followed', () => {
  assert.equal(
    noteIn('static camera, orbit the mug', 'directions_conflict'),
    '"orbit" and "static" exclude each other; "orbit" was followed.',
  );
  assert.match(noteIn('neon, golden hour', 'directions_conflict') ?? '', /"neon" was followed/);
  assert.equal(noteIn('static, then orbit', 'directions_conflict'), undefined);
});

test('says what it knows but cannot do', () => {
  assert.equal(
    noteIn('drone shot with smoke and a dolly zoom', 'directions_beyond'),
    'Understood, but this renderer cannot do it: "drone shot", "smoke", "dolly zoom".',
  );
});

test('says which captions it found, which it cut or left out, and which marks have no partner', () => {
  assert.equal(noteIn('"New" at the end', 'caption_found'), 'Shown as captions: "New" (at the end).');
  assert.match(noteIn('"1" "2" "3" "4" "5"', 'caption_dropped') ?? '', /4 captions at most.*: "5"\.$/);
  assert.match(noteIn(`"${'word '.repeat(40)}"`, 'caption_cut') ?? '', /120 characters/);
  assert.match(noteIn('a mug "without an end', 'quote_unbalanced') ?? '', /no partner/);
  assert.equal(noteIn('the "Fjell" mug', 'quote_is_name'), 'Read as a name, not as a caption: "Fjell".');
});

test('says which reference plays which part', () => {
  assert.equal(
    noteIn('Camera follows @Video1, @Image1 as the hero', 'tag_role'),
    'From the prompt: @Image1 as hero, @Video1 as camera.',
  );
});

test('keeps eight camera moves, and says so', () => {
  const { directions } = readDirections('orbit, push in. '.repeat(20));
  assert.equal(directions.camera.length, 8);
  assert.match(noteIn('orbit, push in. '.repeat(20), 'many_moves') ?? '', /names 40 .* first 8/);
});

const ignoredIn = (prompt: string) => noteIn(prompt, 'directions_ignored');

test('names the words it did not understand, each once, without stop words and reference tags', () => {
  assert.equal(
    ignoredIn('The mug rotates slowly on a red table; @Image1, no zoom in. MUG beside a hand-thrown bowl'),
    'Not understood as direction, and so ignored: "mug", "red", "table", "hand-thrown", "bowl".',
  );
  assert.equal(ignoredIn('Rotate slowly, with soft studio lighting'), undefined);
  assert.equal(ignoredIn('caption "New in autumn" at the end'), undefined);
  assert.equal(ignoredIn(''), undefined);
});

test('names twelve ignored words at most, and counts the rest', () => {
  const words = Array.from({ length: 15 }, (_, index) => `thing${index}`);
  const message = ignoredIn(words.join(' ')) ?? '';
  assert.match(message, /"thing11" and 3 more\.$/);
  assert.doesNotMatch(message, /"thing12"/);
});

test('shortens a word that goes on and on, as in a script without spaces', () => {
  assert.match(ignoredIn('杯'.repeat(400)) ?? '', /: "杯{30}…"\.$/);
});

test('tells truly what becomes of words that seem to contradict each other, or to be of the product', () => {
  const night = readDirections('the lamp outdoors at night');
  assert.equal(night.directions.set, 'night');
  assert.ok(!night.notes.some(({ code }) => code === 'directions_conflict'));
  assert.equal(readDirections('a cup, steam rising').directions.action, undefined);
  assert.equal(readDirections('morning sun comes in from the left').directions.lightFrom, 'left');
  const { notes } = readDirections('no captions, price "249 kr", dramatic light');
  const said = notes.map(({ code, message }) => `${code}: ${message}`).join('\n');
  assert.match(
    said,
    /directions_conflict: "249 kr" and "no captions" exclude each other; "249 kr" was followed/,
  );
  assert.doesNotMatch(said, /directions_refused|directions_ignored/);
});

test('follows a German prompt, and misses none of its small words', () => {
  const { directions, notes } = readDirections(
    'Die Tasse dreht sich langsam auf einem Holztisch, warmes Licht, Bildunterschrift „Guten Morgen“, dann Kamerafahrt nach rechts',
  );
  assert.deepEqual(directions.camera, [{ move: 'truck_right' }]);
  assert.deepEqual([directions.action, directions.surface, directions.warmth], ['rotates', 'wood', 'warm']);
  const ignored = notes.find(({ code }) => code === 'directions_ignored');
  assert.match(ignored?.message ?? '', /: "tasse"\.$/);
});
