import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { storyboardOf, storyboardSchema } from '../../../contract/storyboard.ts';
import type { Plan } from '../../../domain/plan.ts';
import { storyboardFps as fps, type ShotSubject } from '../../../domain/storyboard.ts';
import { storyboardFaults } from '../../../domain/storyboard-faults.ts';
import { projectionOf } from '../camera/projection.ts';
import { viewAt } from '../camera/view.ts';
import { liftAt } from '../render/action.ts';
import { aimOf, cardSize, geometryOf } from '../set/geometry.ts';
import { shotsAt } from '../shots-at.ts';
import { readDirections } from '../understand/directions.ts';
import { noteOn } from '../understand/notes.ts';
import { oklabOfHex } from '../understand/oklab.ts';
import { footprintOf } from './keep-in-frame.ts';
import { makeStoryboard } from './make-storyboard.ts';
import type { SubjectClip, SubjectPicture, SubjectSound, Subjects } from './subjects.ts';
import { unfollowedDirections } from './unfollowed-directions.ts';
import { withUnusedReferences } from './unused-references.ts';

const green = [{ colour: oklabOfHex('#2f6b52'), share: 1 }];

const plan = (durationSeconds = 5, seed = 7): Plan => ({
  engine: 'local',
  model: 'kinora-studio-2',
  endpoint: 'reference-to-video',
  prompt: '',
  references: [],
  durationSeconds,
  aspectRatio: '16:9',
  width: 1280,
  height: 720,
  seed,
  generateAudio: true,
  adjustments: [],
});

const picture = (position: number, role: SubjectPicture['role'] = 'product'): SubjectPicture => ({
  position,
  role,
  palette: green,
  isFree: role === 'product' || role === 'logo',
  isClear: false,
  aspect: 1,
  shape: 1,
});

const clip = (position: number, changes: Partial<SubjectClip> = {}): SubjectClip => ({
  position,
  role: 'clip',
  seconds: 3,
  isShaky: false,
  palette: green,
  bestStart: () => 0.5,
  motion: [],
  ...changes,
});

const music = (bpm: number): SubjectSound => ({
  position: 1,
  role: 'music',
  seconds: 15,
  beats: { bpm },
  bestStart: () => 2.5,
});

const subjects = (prompt: string, changes: Partial<Subjects> = {}): Subjects => ({
  directions: readDirections(prompt).directions,
  pictures: [1, 2, 3].map((position) => picture(position)),
  turn: [2, 1, 3],
  clips: [],
  sounds: [],
  ...changes,
});

const filmed = (prompt: string, changes: Partial<Subjects> = {}, seconds = 5) =>
  makeStoryboard(plan(seconds), subjects(prompt, changes));

test('gives the same storyboard for the same plan, and another for some other seed', () => {
  const films = [1, 2, 3, 4, 5, 6].map((seed) => makeStoryboard(plan(5, seed), subjects('')));
  assert.deepEqual(makeStoryboard(plan(5, 1), subjects('')), films[0]);
  const sets = films.map(({ set, shots }) => JSON.stringify([set, shots]));
  assert.ok(new Set(sets).size > 3, `${new Set(sets).size} of 6`);
});

const words = fc.constantFrom(
  'orbit slowly',
  'push in',
  'then',
  'crane up',
  'handheld',
  'whip pan',
  'static shot',
  'the mug floats',
  'drops in',
  'neon light',
  'golden hour',
  'on marble',
  'on water',
  'outdoors',
  'fast cuts',
  'dissolve',
  'wipe',
  'title "Slow mornings"',
  'tagline "made once" at the end',
  'with a light sweep',
  'shallow depth of field',
  'on a plinth',
  '@Image1 as the hero',
  'start with @Image2',
  'camera follows @Video1',
  '#b5522b backdrop',
);

test('always makes a film that the schema and the request allow, whatever is sent', () => {
  const roles = fc.constantFrom('product', 'detail', 'logo', 'style', 'scene') as fc.Arbitrary<
    SubjectPicture['role']
  >;
  fc.assert(
    fc.property(
      fc.array(words, { maxLength: 7 }),
      fc.integer({ min: 4, max: 15 }),
      fc.array(fc.record({ role: roles, isFree: fc.boolean() }), { maxLength: 9 }),
      fc.array(
        fc.record({ seconds: fc.double({ min: 0.5, max: 12, noNaN: true }), isMotion: fc.boolean() }),
        { maxLength: 3 },
      ),
      fc.option(fc.integer({ min: 60, max: 180 })),
      fc.boolean(),
      fc.constantFrom([1280, 720], [720, 1280], [720, 720]),
      fc.nat(),
      (said, seconds, pictures, clips, bpm, generateAudio, [width = 0, height = 0], seed) => {
        const shown = pictures.map((given, index) => ({
          ...picture(index + 1, given.role),
          isFree: given.isFree,
        }));
        const free = shown
          .filter(({ role, isFree }) => role === 'product' && isFree)
          .map(({ position }) => position);
        const given: Partial<Subjects> = {
          pictures: shown,
          turn: free.length > 1 ? free : [],
          clips: clips.map((one, index) =>
            clip(index + 1, {
              seconds: one.seconds,
              role: one.isMotion ? 'motion' : 'clip',
              bestStart: () => 0,
              motion: [0, 0.5, 1].map((at) => ({
                seconds: at,
                x: at,
                y: 0,
                zoom: 1 + at,
                rollDegrees: at * 9,
              })),
            }),
          ),
          sounds: bpm === null || !generateAudio ? [] : [{ ...music(bpm), position: 1 }],
        };
        const asked = { ...plan(seconds, seed), width, height, generateAudio };
        const storyboard = makeStoryboard(asked, subjects(said.join(', '), given));
        const parsed = storyboardSchema.parse(JSON.parse(JSON.stringify(storyboard)));
        assert.deepEqual(storyboardOf(parsed), storyboard);
        const references = { image: shown.length, video: clips.length, audio: bpm === null ? 0 : 1 };
        assert.deepEqual(
          storyboardFaults(storyboard, {
            durationSeconds: seconds,
            width,
            height,
            generateAudio,
            references,
          }),
          [],
        );
        for (let frame = 0; frame < storyboard.frames; frame++)
          assert.ok(storyboard.shots[shotsAt(storyboard, frame / fps).shot] !== undefined);
      },
    ),
    { numRuns: 300 },
  );
});

test('turns a product over several photos in one take, around it in order', () => {
  const { shots, transitions } = filmed('The mug rotates slowly on a clean surface');
  assert.deepEqual(
    shots.map(({ subject, action }) => [subject, action]),
    [[{ kind: 'turntable', positions: [2, 1, 3], from: 0, to: 1 }, 'rotates']],
  );
  assert.deepEqual(transitions, []);
});

test('shows the real turn where one is asked for, though the first photo is no part of it', () => {
  const opens = (prompt: string) => filmed(prompt, { turn: [2, 3] }).shots[0]?.subject;
  assert.deepEqual(opens('it rotates'), { kind: 'turntable', positions: [2, 3], from: 0, to: 1 });
  assert.deepEqual(opens('push in'), { kind: 'picture', position: 1 });
  assert.deepEqual(opens('it rotates, @Image1 as the hero'), { kind: 'picture', position: 1 });
});

test('goes on turning through several takes of one product', () => {
  const { shots } = filmed('push in, then orbit, then crane up', {}, 12);
  const turns = shots.flatMap(({ subject }) => (subject.kind === 'turntable' ? [subject] : []));
  assert.equal(turns.length, 3);
  assert.equal(turns[0]?.from, 0);
  assert.equal(turns.at(-1)?.to, 1);
  for (const [index, { from }] of turns.slice(1).entries()) assert.equal(from, turns[index]?.to);
  const [first, second, third] = shots.map(({ camera }) => camera.keys);
  assert.ok((first?.[1]?.dolly ?? 0) > (first?.[0]?.dolly ?? 0));
  assert.ok((second?.[1]?.orbitDegrees ?? 0) > (second?.[0]?.orbitDegrees ?? 0));
  assert.ok((third?.[1]?.y ?? 0) < (third?.[0]?.y ?? 0));
});

for (const bpm of [96, 120])
  test(`puts every cut within a frame of a beat at ${bpm} beats a minute`, () => {
    const { shots, beats, sound } = filmed(
      'fast',
      {
        clips: [clip(1), clip(2)],
        sounds: [music(bpm)],
        pictures: [picture(1), picture(2, 'detail'), picture(3, 'logo')],
        turn: [],
      },
      15,
    );
    assert.deepEqual(beats, { bpm, firstSeconds: 0 });
    assert.ok(shots.length >= 6, `${shots.length} shots`);
    for (const { startSeconds } of shots) {
      const away = Math.abs(startSeconds - (Math.round((startSeconds * bpm) / 60) * 60) / bpm);
      assert.ok(away <= 0.5 / fps + 1e-9, `${startSeconds} s is ${away} s off`);
    }
    const cue = sound.find(({ kind }) => kind === 'music');
    assert.ok(cue?.kind === 'music' && cue.fromSeconds === 2.5);
  });

test('ends a bed with the film, on a whole number of beats', () => {
  for (const seconds of [4, 5, 7, 8, 11, 15]) {
    const { beats } = filmed('', {}, seconds);
    const count = (seconds * (beats?.bpm ?? 0)) / 60;
    assert.ok(Math.abs(count - Math.round(count)) < 1e-3, `${count} beats in ${seconds} s`);
    assert.equal(Math.round(count) % 2, 0);
  }
});

test('keeps a product of any shape whole in every shot that frames it whole, whatever the camera is asked for', () => {
  fc.assert(
    fc.property(
      fc.array(words, { maxLength: 5 }),
      fc.integer({ min: 4, max: 15 }),
      fc.double({ min: 0.15, max: 4, noNaN: true }),
      fc.constantFrom([1280, 720], [720, 1280], [720, 720]),
      fc.boolean(),
      fc.nat(),
      (said, seconds, aspect, [width = 0, height = 0], turns, seed) => {
        const motion = [0, 1, 2].map((at) => ({
          seconds: at,
          x: at * 0.15,
          y: 0,
          zoom: 1 + at * 0.1,
          rollDegrees: 0,
        }));
        const given: Partial<Subjects> = {
          pictures: [1, 2].map((position) => ({ ...picture(position), aspect })),
          turn: turns ? [1, 2] : [],
          clips: [clip(1, { role: 'motion', motion })],
        };
        const asked = { ...plan(seconds, seed), width, height };
        const storyboard = makeStoryboard(asked, subjects(said.join(', '), given));
        const geometry = geometryOf(storyboard);
        const { halfWidth, height: tall } = footprintOf(geometry, aspect);
        for (const { camera, startSeconds, endSeconds, action, framing } of storyboard.shots) {
          if (framing !== 'on-set') continue;
          const landed = action === 'drops_in' ? 1 : 0;
          for (let at = startSeconds + landed; at < endSeconds; at += 1 / fps) {
            const { place } = projectionOf(viewAt(camera, at, seed), geometry, aimOf(geometry));
            const foot = place({ x: geometry.standX, y: geometry.standY, distance: 1 });
            const lift = liftAt(action, at - startSeconds, endSeconds - startSeconds) * geometry.short;
            const top = place({ x: geometry.standX, y: geometry.standY - tall - lift, distance: 1 }).y;
            const isClose = foot.scale >= 1.25;
            const [across, upper, lower] = isClose
              ? [0, (top + foot.y) / 2, (top + foot.y) / 2]
              : [halfWidth * foot.scale, top, foot.y];
            const air = Math.min(foot.x - across, width - foot.x - across, upper, height - lower);
            assert.ok(air > 0.01 * geometry.short, `${air} px at ${at} s`);
          }
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('films a picture without a product as the prompt asks, too', () => {
  const scene = { pictures: [picture(1, 'scene')], turn: [] };
  const travel = (prompt: string) => {
    const keys = filmed(prompt, scene).shots[0]?.camera.keys ?? [];
    return { pan: (keys.at(-1)?.pan ?? 0) - (keys[0]?.pan ?? 0), count: keys.length };
  };
  assert.ok(travel('pan left').pan < -0.1);
  assert.ok(travel('pan right').pan > 0.1);
  assert.equal(travel('static shot').count, 1);
});

test('opens and closes on the pictures the prompt names', () => {
  const { shots } = filmed(
    'start with @Image4, end on @Image5',
    { pictures: [picture(1), picture(4, 'scene'), picture(5, 'detail')], turn: [] },
    8,
  );
  assert.deepEqual(shots.at(0)?.subject, { kind: 'picture', position: 4 });
  assert.deepEqual(shots.at(-1)?.subject, { kind: 'picture', position: 5 });
});

test('opens and closes on the clips the prompt names', () => {
  const { shots } = filmed('open on @Video2, end with @Video1', { clips: [clip(1), clip(2)], turn: [] }, 10);
  assert.deepEqual([shots.at(0)?.subject, shots.at(-1)?.subject].map(positionOfClip), [2, 1]);
  assert.ok(shots.length > 3, 'the product is seen between them');
});

const positionOfClip = (subject: ShotSubject | undefined) =>
  subject?.kind === 'clip' ? subject.position : undefined;

test('closes on the product where the prompt says so, even after the logo, and writes nothing over that', () => {
  const { shots, captions } = filmed(
    '"Good morning" in the middle, end on @Image1',
    { pictures: [picture(1), picture(2, 'logo'), picture(3, 'scene')], turn: [] },
    10,
  );
  assert.deepEqual(shots.at(-1)?.subject, { kind: 'picture', position: 1 });
  const mark = shots.find(({ framing }) => framing === 'mark');
  assert.ok((captions[0]?.endSeconds ?? 99) <= (mark?.startSeconds ?? 0));
});

test('turns from the view the prompt opens on, or to the one it closes on', () => {
  const wayOf = (prompt: string) =>
    filmed(prompt).shots.flatMap(({ subject }) =>
      subject.kind === 'turntable' ? [subject.from, subject.to] : [],
    );
  assert.deepEqual(wayOf('the product turns'), [0, 1]);
  assert.deepEqual(wayOf('the product turns, open on @Image2'), [0, 1]);
  assert.deepEqual(wayOf('the product turns, open on @Image3'), [1, 0]);
  assert.deepEqual(wayOf('the product turns, end on @Image2'), [1, 0]);
  const long = filmed('open on @Image3', {}, 12).shots.flatMap(({ subject }) =>
    subject.kind === 'turntable' ? [subject.from, subject.to] : [],
  );
  assert.ok(long.length > 2);
  assert.equal(long[0], 1);
  assert.equal(long.at(-1), 0);
  assert.deepEqual(
    long,
    long.toSorted((one, other) => other - one),
  );
});

/** The notes on what is not followed, as `code pointer`. */
function unfollowed(prompt: string, changes: Partial<Subjects> = {}, seconds = 8) {
  const sent = subjects(prompt, changes);
  const notes = unfollowedDirections(makeStoryboard(plan(seconds), sent), sent);
  return notes.map(({ code, pointer }) => `${code} ${pointer}`);
}

test('lists the photos whose glass is see-through, and says where the prompt names glass that none shows', () => {
  const clear = { pictures: [picture(1), { ...picture(2), isClear: true }], turn: [] };
  assert.deepEqual(makeStoryboard(plan(8), subjects('glass', clear)).clearGlass, [2]);
  assert.equal('clearGlass' in makeStoryboard(plan(8), subjects('')), false);
  assert.deepEqual(unfollowed('glass', clear), []);
  assert.deepEqual(unfollowed('a glass bottle'), ['glass_not_found /prompt']);
});

test('says which opening or closing is not followed, and nothing of those that are', () => {
  const clips = [clip(1), clip(2)];
  assert.deepEqual(unfollowed('open on @Video2, end with @Video1', { clips, turn: [] }), []);
  assert.deepEqual(unfollowed('open on @Video1 and @Video2', { clips, turn: [] }, 12), []);
  assert.deepEqual(unfollowed('open on @Image3, end on @Image2'), []);
  assert.deepEqual(unfollowed('open on @Image1'), ['tag_not_followed /prompt'], 'a view within the turn');
  assert.deepEqual(
    unfollowed('open on @Image2, end on @Image2', { turn: [] }),
    ['tag_not_followed /prompt'],
    'one picture has one place',
  );
});

test('says where an action is not followed: of framed pictures, and where nothing stands on the set', () => {
  const framed = { ...picture(1), isFree: false };
  assert.deepEqual(unfollowed('it floats', { pictures: [framed], turn: [] }), [
    'action_not_followed /reference_images/0',
  ]);
  assert.deepEqual(unfollowed('it floats', { pictures: [picture(1)], turn: [] }), []);
  assert.deepEqual(unfollowed('it floats', { pictures: [picture(1, 'scene')], turn: [] }), [
    'action_not_followed /prompt',
  ]);
  assert.deepEqual(
    unfollowed('the product drops in, open on @Video1', {
      pictures: [picture(1)],
      turn: [],
      clips: [clip(1)],
    }),
    ['action_not_followed /prompt'],
  );
  assert.deepEqual(unfollowed('it rotates', { pictures: [picture(1, 'scene')], turn: [] }).length, 1);
});

test('drives the camera along a reference clip that is not shown itself', () => {
  const motion = [0, 1, 2].map((at) => ({
    seconds: at,
    x: at * 0.05,
    y: 0,
    zoom: 1 + at * 0.1,
    rollDegrees: 0,
  }));
  const { shots } = filmed('', {
    clips: [clip(1, { role: 'motion', motion })],
    pictures: [picture(1)],
    turn: [],
  });
  assert.ok(shots.every(({ subject }) => subject.kind === 'picture'));
  const { keys, easing } = shots[0]?.camera ?? { keys: [], easing: 'soft' };
  assert.equal(easing, 'through');
  assert.ok(keys.length > 2);
  assert.ok(Math.abs((keys.at(-1)?.x ?? 0) - 0.1) < 1e-6);
  assert.ok(Math.abs((keys.at(-1)?.zoom ?? 0) - 1.2) < 1e-4);
});

test('starts a clip at its best moment, steadies a shaky one and tones it like the style references', () => {
  const { shots } = filmed('', {
    clips: [clip(1, { isShaky: true })],
    pictures: [
      picture(1),
      { ...picture(2, 'style'), palette: [{ colour: oklabOfHex('#c8643c'), share: 1 }] },
    ],
    turn: [],
  });
  const shot = shots.find(({ subject }) => subject.kind === 'clip');
  assert.deepEqual(shot?.subject, { kind: 'clip', position: 1, fromSeconds: 0.5, steadied: true });
  assert.ok((shot?.grade?.shift.a ?? 0) > 0);
  assert.ok(shots.filter(({ framing }) => framing === 'on-set').every(({ grade }) => grade === undefined));
});

test('names what a short film has no time for, and says nothing else of it', () => {
  const many = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((position) => picture(position, 'detail'));
  const voices = [1, 2].map((position) => ({ ...music(90), position, role: 'voice' as const, seconds: 5 }));
  const sent = subjects('', { pictures: many, turn: [], sounds: [...voices, { ...music(90), position: 3 }] });
  const storyboard = makeStoryboard(plan(4), sent);
  assert.equal(storyboard.shots.length, 5);
  const notes = withUnusedReferences(
    many.map(({ position }) => noteOn({ kind: 'image', position }, 'reference_role', 'is used.')),
    storyboard,
    sent,
  );
  const of = (code: string) => notes.filter((note) => note.code === code).map(({ pointer }) => pointer);
  assert.deepEqual(
    of('reference_role'),
    [0, 1, 2, 3, 4].map((index) => `/reference_images/${index}`),
  );
  assert.deepEqual(of('reference_unused'), [
    ...[5, 6, 7, 8].map((index) => `/reference_images/${index}`),
    '/reference_audio/1',
  ]);
  assert.deepEqual(of('voice_cut'), ['/reference_audio/0']);
});

test('plays the music that the prompt names the beat', () => {
  const { sound } = filmed('cut to the beat of @Audio2', {
    sounds: [music(90), { ...music(120), position: 2 }],
  });
  const cue = sound.find(({ kind }) => kind === 'music');
  assert.ok(cue?.kind === 'music' && cue.position === 2);
});

test('shows a product without a trustworthy cut-out as a framed picture', () => {
  const { shots } = filmed('', { pictures: [{ ...picture(1), isFree: false }], turn: [] });
  assert.equal(shots[0]?.framing, 'framed');
});

test('puts a dark logo on a wall on which it can be read', () => {
  const dark = [{ colour: oklabOfHex('#1c2b28'), share: 1 }];
  const { shots, set } = filmed('dramatic, cool', {
    pictures: [{ ...picture(1, 'logo'), palette: dark }],
    turn: [],
  });
  const wall = shots[0]?.wall ?? set.wall;
  assert.ok(oklabOfHex(wall).L > 0.6, wall);
});

test('gives every caption the time to be read, and room beside the product in a wide frame', () => {
  const { captions, shots } = filmed('title "Slow mornings" and tagline "made well, made once" at the end', {
    pictures: [picture(1)],
    turn: [],
  });
  assert.deepEqual(
    captions.map(({ text, style, place }) => [text, style, place]),
    [
      ['Slow mornings', 'title', 'lower_left'],
      ['made well, made once', 'tagline', 'lower_left'],
    ],
  );
  assert.ok(captions.every(({ startSeconds, endSeconds }) => endSeconds - startSeconds > 1.5));
  assert.ok((captions[0]?.endSeconds ?? 9) <= (captions[1]?.startSeconds ?? 0));
  assert.ok(shots.every(({ camera }) => camera.keys.every(({ pan }) => pan < -0.15)));
});

test('makes a still life when there is nothing to show, and no sound cue without audio', () => {
  const storyboard = makeStoryboard(
    { ...plan(), generateAudio: false },
    subjects('', { pictures: [], turn: [] }),
  );
  assert.deepEqual(
    storyboard.shots.map(({ subject }) => subject.kind),
    ['still-life'],
  );
  assert.deepEqual(storyboard.sound, []);
});

test('shows a screen whole, above its caption all through the move', () => {
  for (const [width, height] of [
    [1280, 720],
    [720, 1280],
    [720, 720],
  ] as const) {
    const pictures = [{ ...picture(1, 'screen'), shape: width / height }];
    const film = makeStoryboard(
      { ...plan(), width, height },
      subjects('push in, "Know your shop"', { pictures, turn: [] }),
    );
    const [shot] = film.shots;
    assert.equal(shot?.framing, 'framed');
    const tall = cardSize(width / height, { width, height }).height;
    for (const { dolly, tilt, y } of shot?.camera.keys ?? []) {
      const larger = 1 / (1 - dolly);
      const bottom = height / 2 - tilt * Math.min(width, height) + (tall / 2) * larger;
      assert.ok(bottom < height * 0.74, `${width} x ${height}: ${bottom} at ${y}`);
    }
  }
});

test('keeps a fast crane over text within what a storyboard allows', () => {
  for (const role of ['screen', 'product'] as const) {
    const pictures = [{ ...picture(1, role), isFree: false }];
    const asked = { ...plan(), width: 720, height: 1280 };
    for (const move of ['up', 'down']) {
      const prompt = `fast crane ${move}, "Made slowly, by hand"`;
      const film = makeStoryboard(asked, subjects(prompt, { pictures, turn: [] }));
      assert.ok(film.shots.some(({ camera }) => camera.keys.some(({ tilt }) => tilt === 0.4)));
      storyboardSchema.parse(film);
    }
  }
});

test('hangs a pale logo before a wall on which it is read', () => {
  const pale = [{ colour: oklabOfHex('#ffffff'), share: 1 }];
  const film = filmed('', { pictures: [{ ...picture(1, 'logo'), palette: pale }], turn: [] });
  const wall = film.shots[0]?.wall ?? film.set.wall;
  assert.ok(oklabOfHex(wall).L < 0.7, wall);
});

test('brings each named picture in the way and in the order that the prompt says', () => {
  const film = filmed(
    'reel for a sale: whip to @Image3 then dissolve to @Image2, cut to the beat of @Audio1',
    { turn: [], sounds: [music(120)] },
    6,
  );
  const shown = film.shots.map(({ subject }) => (subject.kind === 'picture' ? subject.position : 0));
  const kinds = film.transitions.map(({ to, kind }) => [shown[to], kind]);
  assert.deepEqual(kinds.slice(0, 2), [
    [3, 'whip'],
    [2, 'dissolve'],
  ]);
  assert.deepEqual(readDirections('whip to @Image3').directions.camera, []);
  const general = readDirections('whip to the left, cut to the beat').directions;
  assert.deepEqual([general.camera, general.transitions], [[{ move: 'whip' }], ['cut']]);
});

test('brings in what the film has left, not what goes on, and says so', () => {
  const prompt = 'wipe to @Image1';
  const back = filmed(prompt, { turn: [] }, 15);
  const wiped = back.transitions.filter(({ kind }) => kind === 'wipe').map(({ to }) => to);
  const shown = back.shots.map(({ subject }) => subject.kind === 'picture' && subject.position === 1);
  assert.deepEqual(
    wiped,
    [...shown.keys()].filter((index) => index > 0 && shown[index]),
  );
  assert.ok(wiped.length > 0);
  assert.deepEqual(unfollowed(prompt, { turn: [] }, 15), []);
  const alone = { pictures: [], turn: [], clips: [clip(1)] };
  assert.deepEqual(filmed('wipe to @Video1', alone, 8).transitions, []);
  assert.deepEqual(unfollowed('wipe to @Video1', alone, 8), ['transition_not_followed /prompt']);
});

test('shows a clip again, nearer and in another part, rather than hold its last picture', () => {
  const alone = { pictures: [], turn: [], clips: [clip(1, { seconds: 3.4 })] };
  for (const seconds of [5, 8, 15]) {
    const { shots, transitions } = filmed('use @Video1', alone, seconds);
    for (const { startSeconds, endSeconds } of shots)
      assert.ok(endSeconds - startSeconds <= 3.4 + 1 / 24, `${endSeconds - startSeconds} of ${seconds} s`);
    assert.deepEqual(transitions, []);
    assert.notDeepEqual(shots[0]?.camera.keys[0]?.dolly, shots[1]?.camera.keys[0]?.dolly);
  }
  const withLogo = { ...alone, pictures: [picture(1, 'logo')] };
  const { shots } = filmed('', withLogo, 15);
  const logo = shots.at(-1);
  assert.ok(logo?.framing === 'mark' && logo.endSeconds - logo.startSeconds < 4);
});

test('shows a clip once that ends a few frames before the film does', () => {
  const alone = { pictures: [], turn: [], clips: [clip(1, { seconds: 9.97 })] };
  assert.equal(filmed('', alone, 10).shots.length, 1);
  assert.equal(filmed('', alone, 11).shots.length, 2);
});

test('keeps a clip in a short film that several logos close', () => {
  const logos = [1, 2, 3].map((position) => picture(position, 'logo'));
  for (const count of [2, 3]) {
    const { shots } = filmed('', { pictures: logos.slice(0, count), turn: [], clips: [clip(1)] }, 4);
    assert.deepEqual(
      shots.map(({ subject }) => subject.kind),
      ['clip', ...logos.slice(0, count).map(() => 'picture')],
    );
  }
});

test('crosses a panorama as far as there is time, and a tall picture from foot to head', () => {
  const wide = { ...picture(1, 'scene'), shape: 5 };
  const [shot] = filmed('pan across the mountains', { pictures: [wide], turn: [] }).shots;
  const pans = shot?.camera.keys.map(({ pan }) => pan) ?? [];
  assert.ok((pans[0] ?? 0) <= -0.5 && (pans[1] ?? 0) >= 0.5, String(pans));
  const tall = { ...picture(1, 'scene'), shape: 9 / 16 };
  const tilts = filmed('tilt up', { pictures: [tall], turn: [] }).shots[0]?.camera.keys ?? [];
  assert.ok((tilts[0]?.tilt ?? 0) >= 0.35 && (tilts[1]?.tilt ?? 0) <= -0.35);
  const usual = filmed('pan right', { pictures: [{ ...picture(1, 'scene'), shape: 1.6 }], turn: [] });
  assert.ok((usual.shots[0]?.camera.keys[1]?.pan ?? 1) < 0.2);
});

test('sets an offer at the end of a film large, and a name small', () => {
  const styleOf = (text: string) => filmed(`"Fjell" at the start, "${text}" at the end`).captions[1]?.style;
  assert.deepEqual(
    ['-30% this week', 'Yours for 349 kr', 'خصم 30٪', 'halden.no', 'Since 1987'].map(styleOf),
    ['price', 'price', 'price', 'tagline', 'tagline'],
  );
});
