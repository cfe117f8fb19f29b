import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lights, type StudioSet } from '../../../domain/storyboard.ts';
import { createMedia } from '../../../media/create-media.ts';
import { cutOut } from '../understand/matte.ts';
import { lightEdge } from './light-edge.ts';

const base: StudioSet = {
  style: 'studio',
  surface: 'seamless',
  light: 'soft',
  lightFrom: 'left',
  wall: '#c9c2b8',
  accent: '#d0488f',
  feature: 'none',
  plinth: 'none',
  foreground: 'none',
};
const photo = await createMedia().decodeImage(
  fileURLToPath(new URL('../../../../test/fixtures/local/mug.jpg', import.meta.url)),
  { maxSide: 512 },
);
const product = cutOut(photo).cutOut;

test('leaves the product as it is where the light comes from the front', () => {
  for (const light of ['soft', 'bright', 'high_key'] as const)
    assert.equal(lightEdge({ product, set: { ...base, light } }), undefined);
});

for (const light of lights)
  test(`keeps the colours of the product true in ${light} light`, () => {
    const edge = lightEdge({ product, set: { ...base, light } });
    if (edge === undefined) return;
    const differences: number[] = [];
    let touched = 0;
    for (let at = 0; at < product.data.length; at += 4) {
      if ((product.data[at + 3] ?? 0) < 128) continue;
      const share = (edge.data[at + 3] ?? 0) / 255;
      if (share > 0.02) touched++;
      const before = [0, 1, 2].map((channel) => product.data[at + channel] ?? 0);
      const after = before.map((value, channel) => value + ((edge.data[at + channel] ?? 0) - value) * share);
      differences.push(share === 0 ? 0 : deltaE2000(labOf(before), labOf(after)));
    }
    differences.sort((one, other) => one - other);
    const median = differences[Math.floor(differences.length / 2)] ?? 99;
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    assert.ok(median < 2 && mean < 2, `median ${median}, mean ${mean}`);
    assert.ok(touched > 200, `a light that is seen, but only ${touched} pixels have it`);
  });

test('lies along the outline on the side of the lamp', () => {
  const edge = lightEdge({ product, set: { ...base, light: 'dramatic', lightFrom: 'right' } });
  assert.ok(edge !== undefined);
  const { width, height } = product;
  const row = Math.floor(height * 0.5);
  const lit: number[] = [];
  for (let x = 0; x < width; x++) if ((edge.data[(row * width + x) * 4 + 3] ?? 0) > 40) lit.push(x);
  assert.ok(lit.length > 0);
  for (const x of lit) {
    const right = Array.from(
      { length: 10 },
      (_, step) => product.data[(row * width + x + step) * 4 + 3] ?? 0,
    );
    assert.ok(Math.min(...right) < 128, `the light at ${x} is not at an edge that faces right`);
  }
});

test('measures colour differences as the reference data of Sharma, Wu and Dalal (2005) do', () => {
  assert.ok(Math.abs(deltaE2000([50, 2.6772, -79.7751], [50, 0, -82.7485]) - 2.0425) < 1e-4);
  assert.ok(Math.abs(deltaE2000([50, 2.5, 0], [73, 25, -18]) - 27.1492) < 1e-4);
  assert.ok(Math.abs(deltaE2000([22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619]) - 2.0373) < 1e-4);
});

type Lab = readonly [L: number, a: number, b: number];

/** CIELAB under D65. */
function labOf(rgb: readonly number[]): Lab {
  const [r = 0, g = 0, b = 0] = rgb.map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const root = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (t * (24389 / 27) + 16) / 116);
  const x = root((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = root(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = root((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function deltaE2000([L1, a1, b1]: Lab, [L2, a2, b2]: Lab): number {
  const radians = Math.PI / 180;
  const meanChroma7 = ((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2) ** 7;
  const grey = 0.5 * (1 - Math.sqrt(meanChroma7 / (meanChroma7 + 25 ** 7)));
  const [A1, A2] = [a1 * (1 + grey), a2 * (1 + grey)];
  const [C1, C2] = [Math.hypot(A1, b1), Math.hypot(A2, b2)];
  const hue = (a: number, b: number) => (a === 0 && b === 0 ? 0 : (Math.atan2(b, a) / radians + 360) % 360);
  const [h1, h2] = [hue(A1, b1), hue(A2, b2)];
  const turn = C1 * C2 === 0 ? 0 : h2 - h1 > 180 ? h2 - h1 - 360 : h2 - h1 < -180 ? h2 - h1 + 360 : h2 - h1;
  const dH = 2 * Math.sqrt(C1 * C2) * Math.sin((turn * radians) / 2);
  const L = (L1 + L2) / 2;
  const C = (C1 + C2) / 2;
  const sum = h1 + h2;
  const h =
    C1 * C2 === 0 ? sum : Math.abs(h1 - h2) <= 180 ? sum / 2 : sum < 360 ? sum / 2 + 180 : sum / 2 - 180;
  const T =
    1 -
    0.17 * Math.cos((h - 30) * radians) +
    0.24 * Math.cos(2 * h * radians) +
    0.32 * Math.cos((3 * h + 6) * radians) -
    0.2 * Math.cos((4 * h - 63) * radians);
  const SL = 1 + (0.015 * (L - 50) ** 2) / Math.sqrt(20 + (L - 50) ** 2);
  const SC = 1 + 0.045 * C;
  const SH = 1 + 0.015 * C * T;
  const bend = 60 * Math.exp(-(((h - 275) / 25) ** 2)) * radians;
  const RT = -2 * Math.sqrt(C ** 7 / (C ** 7 + 25 ** 7)) * Math.sin(bend);
  const [l, c, t] = [(L2 - L1) / SL, (C2 - C1) / SC, dH / SH];
  return Math.sqrt(l * l + c * c + t * t + RT * c * t);
}
