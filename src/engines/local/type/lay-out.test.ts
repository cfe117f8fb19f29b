import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Caption, Frame } from './caption.ts';
import { drawCaption, flattenCaption } from './draw-caption.ts';
import { type CaptionLayout, layOut } from './lay-out.ts';
import { safeArea } from './safe-area.ts';

const frames: Frame[] = [
  { width: 1280, height: 720 },
  { width: 720, height: 1280 },
  { width: 960, height: 960 },
];
const [wide, upright] = frames as [Frame, Frame, Frame];
const title: Caption = { text: 'Quiet by design', style: 'title', place: 'lower_third', family: 'sans' };

function fitting(caption: Caption, frame: Frame): CaptionLayout {
  const layout = layOut(caption, frame);
  assert.ok(layout.fits, layout.fits ? '' : layout.reason);
  return layout;
}

test('sets a short title on one line at its full size, in the middle above the lower edge', () => {
  const { lines, box, setting } = fitting(title, wide);
  assert.deepEqual(
    lines.map(({ text }) => text),
    ['Quiet by design'],
  );
  assert.equal(setting.fontPx, 78);
  assert.ok(Math.abs(box.x + box.width / 2 - 640) <= 2);
  assert.ok(box.y > 720 * 0.8);
});

test('keeps clear of what vertical-video apps draw over the frame', () => {
  const { box } = fitting({ ...title, text: 'Hand-thrown stoneware for slow mornings' }, upright);
  assert.ok(box.y + box.height <= 1280 * 0.8);
  assert.ok(box.x + box.width <= 720 * 0.88);
});

test('balances long texts and makes them smaller before it uses a third line', () => {
  const { lines, setting } = fitting(
    { ...title, text: 'Hand-thrown stoneware that keeps your coffee warm for longer' },
    wide,
  );
  assert.equal(lines.length, 2);
  assert.ok(setting.fontPx >= 62);
  const widths = lines.map(({ box }) => box.width);
  assert.ok(Math.min(...widths) / Math.max(...widths) > 0.75, widths.join());
});

test('two captions at one place share a baseline whatever letters they have', () => {
  const [one, other] = ['mornings', 'summer'].map(
    (text) => fitting({ ...title, text }, wide).lines[0]?.baseline,
  );
  assert.equal(one, other);
});

test('lines begin at the left, or for a script from the right at the right', () => {
  const place = 'lower_left';
  const latin = fitting({ ...title, place, text: 'Made for mornings and long quiet evenings' }, wide);
  assert.equal(new Set(latin.lines.map(({ box }) => box.x)).size, 1);
  const hebrew = fitting({ ...title, place, text: 'קרמיקה בעבודת יד ששומרת על הקפה חם' }, wide);
  assert.equal(hebrew.setting.direction, 'rtl');
  const ends = hebrew.lines.map(({ box }) => box.x + box.width);
  assert.ok(Math.max(...ends) - Math.min(...ends) <= 2, ends.join());
});

test('a tagline is set in spaced capitals where the script has them, larger where it has not', () => {
  const latin = fitting({ ...title, style: 'tagline', text: 'Neu: ruhige Straße' }, wide);
  assert.equal(latin.lines[0]?.text, 'NEU: RUHIGE STRAẞE');
  assert.ok(latin.setting.trackingPx > 2);
  const thai = fitting({ ...title, style: 'tagline', text: 'ใหม่' }, wide);
  assert.equal(thai.setting.trackingPx, 0);
  assert.ok(thai.setting.fontPx > latin.setting.fontPx);
});

test('quotes stay as typed', () => {
  const text = '“Quiet” — \'it\' says "hush"';
  assert.equal(
    fitting({ ...title, text }, wide)
      .lines.map((line) => line.text)
      .join(' '),
    text,
  );
});

test('breaks a word that is wider than the frame, with a note', () => {
  const text = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
  const { lines, notes } = fitting({ ...title, text }, upright);
  assert.equal(lines.map((line) => line.text).join(''), text);
  assert.match(notes.join(), /broken without a hyphen/);
});

test('leaves out emoji with a note', () => {
  const { lines, notes } = fitting({ ...title, text: 'New mug 🎉' }, wide);
  assert.equal(lines[0]?.text, 'New mug');
  assert.match(notes.join(), /🎉: left out/u);
});

test('refuses what cannot be read, with a reason', () => {
  const reasonOf = (text: string, frame = wide) => {
    const layout = layOut({ ...title, text }, frame);
    return layout.fits ? '' : layout.reason;
  };
  assert.match(reasonOf(' \n '), /empty/);
  assert.match(reasonOf('🎉 \u200d'), /No font/);
  assert.match(reasonOf('long words '.repeat(30)), /longer than 240/);
  assert.match(reasonOf('slow mornings '.repeat(16), upright), /does not fit/);
});

test('answers at once whatever is typed', () => {
  const started = performance.now();
  for (const text of [
    `${'Ⅷ'.repeat(200)}中`,
    '('.repeat(230),
    ' \u200d'.repeat(50_000),
    'x'.repeat(1_000_000),
  ])
    layOut({ ...title, text }, upright);
  assert.ok(performance.now() - started < 10_000);
});

test('the same caption is laid out the same way at twice the size of frame', () => {
  const text = 'Hand-thrown stoneware that keeps your coffee warm';
  const small = fitting({ ...title, style: 'caption', text }, wide);
  const large = fitting({ ...title, style: 'caption', text }, { width: 2560, height: 1440 });
  assert.deepEqual(
    large.lines.map((line) => line.text),
    small.lines.map((line) => line.text),
  );
});

const words = fc.constantFrom(
  ...[
    'Quiet',
    'a',
    'coffee,',
    '“Straße”',
    'Łódź',
    'những',
    'buổi',
    'πρωινά',
    'утра',
    'صُنع',
    'الهادئ',
    '2026',
  ],
  ...[
    'לבקרים',
    'शांत',
    'क्षत्रिय',
    'เงียบสงบ',
    'น้ำ',
    '静かな朝',
    'コーヒー。',
    '为宁静',
    '體',
    '고요한',
    '€189',
    '—',
  ],
  ...[
    '🎉',
    '\ue000',
    'extraordinarilylongunbrokenword',
    'fjÅgyQ',
    '\n',
    'e\u0301\u0302',
    '\u202e',
    '\u200d',
    '\ud800',
  ],
);
const captions = fc.record({
  text: fc.array(words, { maxLength: 18 }).map((list) => list.join(' ')),
  style: fc.constantFrom('title', 'caption', 'tagline', 'price'),
  place: fc.constantFrom('lower_third', 'centre', 'upper', 'lower_left'),
  family: fc.constantFrom('sans', 'serif'),
} as const);

test('no text of whatever scripts and length ever leaves the safe area', () => {
  const check = fc.property(captions, fc.constantFrom(...frames), (caption: Caption, frame) => {
    const layout = layOut(caption, frame);
    if (!layout.fits) return layout.reason !== '';
    const safe = safeArea(frame);
    return layout.lines.length <= 3 && contains(safe, layout.box) && contains(safe, inkOf(layout));
  });
  fc.assert(check, { numRuns: 150, seed: 7 });
});

type Edges = { x: number; y: number; width: number; height: number };

const contains = (outer: Edges, inner: Edges) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** Where the pixels really are. */
function inkOf(layout: CaptionLayout): Edges {
  const { bitmap, x, y } = flattenCaption(drawCaption(layout, { colour: '#ffffff' }));
  let [left, top, right, bottom] = [bitmap.width, bitmap.height, 0, 0];
  for (let row = 0; row < bitmap.height; row++)
    for (let column = 0; column < bitmap.width; column++) {
      if ((bitmap.data[(row * bitmap.width + column) * 4 + 3] ?? 0) < 8) continue;
      left = Math.min(left, column);
      right = Math.max(right, column + 1);
      top = Math.min(top, row);
      bottom = row + 1;
    }
  assert.ok(right > left, 'nothing was drawn');
  return { x: x + left, y: y + top, width: right - left, height: bottom - top };
}
