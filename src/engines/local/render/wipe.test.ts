import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restingKey, sampleShot, sampleStoryboard } from '../../../../test/fixtures/sample-storyboard.ts';
import type { Shot, Storyboard } from '../../../domain/storyboard.ts';
import type { Layer, Stage, StageBitmap } from './layer.ts';
import { createPainter } from './painter.ts';

const size = { width: 640, height: 360 };

type Rgb = [red: number, green: number, blue: number];

function plain(width: number, height: number, colour: Rgb): StageBitmap {
  const data = new Uint8ClampedArray(new SharedArrayBuffer(width * height * 4));
  for (let at = 0; at < data.length; at += 4) data.set([...colour, 255], at);
  return { width, height, data };
}

const [wall, product, nextWall, nextProduct] = [0, 1, 2, 3] as const;
const colours: Rgb[] = [
  [90, 90, 90],
  [250, 20, 20],
  [20, 20, 120],
  [20, 250, 20],
];
const bitmaps = colours.map((colour, index) =>
  index % 2 === 0 ? plain(640, 360, colour) : plain(100, 120, colour),
);

const shotOf = (back: number, subject: number): Stage['shots'][number] => {
  const rest = { bitmap: back, x: 320, y: 180, anchorX: 320, anchorY: 180, scale: 1, distance: 1 };
  const layers: Layer[] = [
    { kind: 'plate', ...rest, blend: 'replace', covers: true },
    {
      kind: 'actor',
      x: 320,
      y: 260,
      action: 'stands',
      views: [{ product: { bitmap: subject, anchorX: 50, anchorY: 120, scale: 1 } }],
    },
  ];
  return { layers, aimY: 180, subject: { first: 1, end: 2 } };
};
const stage: Stage = {
  bitmaps,
  shots: [shotOf(wall, product), shotOf(nextWall, nextProduct)],
  captions: [],
  turns: [],
};

/** One second of a wipe from a red product to a green one, between two still cameras. */
function wiped(changes: { towards?: 'left' | 'right'; first?: Partial<Shot>; next?: Partial<Shot> } = {}) {
  const { towards = 'right', first, next } = changes;
  const camera: Shot['camera'] = { keys: [restingKey], easing: 'soft', handheld: 0 };
  const shot = { ...sampleShot, camera, blur: 0 };
  const storyboard: Storyboard = {
    ...sampleStoryboard,
    ...size,
    captions: [],
    shots: [
      { ...shot, startSeconds: 0, endSeconds: 2, ...first },
      { ...shot, subject: { kind: 'picture', position: 2 }, startSeconds: 2, endSeconds: 4, ...next },
    ],
    transitions: [{ to: 1, kind: 'wipe', startSeconds: 1.5, endSeconds: 2.5, towards }],
  };
  const painter = createPainter(storyboard, stage);
  return (share: number) => seen(painter.picture(Math.round((1.5 + share) * 24), []));
}

/** Middle across and area of each colour in a frame, as shares of the frame's width and of what the bitmap has. */
function seen(pixels: Uint8Array): { x: number; area: number }[] {
  return colours.map((colour, index) => {
    let area = 0;
    let sum = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      if (colour.some((value, channel) => Math.abs((pixels[at + channel] ?? 0) - value) > 25)) continue;
      area++;
      sum += (at / 4) % size.width;
    }
    const whole = (bitmaps[index]?.width ?? 1) * (bitmaps[index]?.height ?? 1);
    return { x: sum / Math.max(1, area) / size.width, area: area / whole };
  });
}

const around = (value: number, wanted: number, most: number, said: string) =>
  assert.ok(Math.abs(value - wanted) <= most, `${said}: ${value}, not ${wanted}`);

for (const towards of ['right', 'left'] as const)
  test(`a product goes out to the ${towards} with the wipe, whole, and the next shot comes in behind it`, () => {
    const at = wiped({ towards });
    const away = (x = 0) => (towards === 'right' ? x - 0.5 : 0.5 - x);
    const start = at(0);
    around(start[product]?.area ?? 0, 1, 0.03, 'the product at the start');
    around(away(start[product]?.x), 0, 0.01, 'its place at the start');
    around(start[wall]?.area ?? 0, 1 - 12_000 / 230_400, 0.02, 'its wall at the start');
    let last = 0;
    for (const share of [0.125, 0.25, 0.375, 0.5, 0.625]) {
      const now = at(share);
      around(now[product]?.area ?? 0, 1, 0.03, `the product at ${share}`);
      assert.ok(away(now[product]?.x) > last, `it goes on at ${share}`);
      last = away(now[product]?.x);
    }
    const late = at(0.75);
    around(late[nextProduct]?.area ?? 0, 1, 0.03, 'the next product once the first has passed');
    const end = at(23 / 24);
    assert.ok((end[product]?.area ?? 1) < 0.4);
    around(end[nextWall]?.area ?? 0, 1 - 12_000 / 230_400, 0.05, 'the next wall at the end');
  });

test('a product stays where it is, and is wiped over, where it would be seen twice or the camera rolls', () => {
  const sameAgain = wiped({ next: { subject: { kind: 'picture', position: 1 } } });
  const camera: Shot['camera'] = { keys: [{ ...restingKey, rollDegrees: 2 }], easing: 'soft', handheld: 0 };
  const rolling = wiped({ first: { camera } });
  for (const at of [sameAgain, rolling]) {
    const now = at(0.5);
    assert.ok((now[product]?.area ?? 0) > 0.2 && (now[product]?.area ?? 1) < 0.8);
    assert.ok((now[product]?.x ?? 0) < 0.6);
  }
});
