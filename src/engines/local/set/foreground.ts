import type { StudioSet } from '../../../domain/storyboard.ts';
import { seededRandom } from '../random.ts';
import { chromaOf, oklabOfHex } from '../understand/oklab.ts';
import { discCover } from './bokeh.ts';
import type { SetGeometry } from './geometry.ts';
import { byteOfLight, type Light3, lightOfOklab } from './linear-light.ts';
import type { Plate } from './plates.ts';
import { neonLamps, rigOf, sideOf } from './rig.ts';

/** Lights near the lens, so far out of focus that they are discs; along the frame's edges, never over its middle. */
export function drawForeground(options: {
  set: StudioSet;
  geometry: SetGeometry;
  blur: number;
  seed: number;
}): Plate[] {
  const { set, geometry, blur, seed } = options;
  if (set.foreground === 'none') return [];
  const random = seededRandom(seed, 'foreground');
  const lights = lightsOf(set);
  const { width, height, short } = geometry;
  return Array.from({ length: 9 }, (_, index): Plate => {
    const side = index % 2 === 0 ? sideOf(set) : -sideOf(set);
    const radius = short * (0.035 + 0.085 * random() ** 1.4) * (0.7 + 0.45 * blur);
    const inward = random() ** 1.6 * 0.13 - 0.03;
    const light = lights[Math.floor(random() * lights.length)] ?? [1, 1, 1];
    const bitmap = drawDisc({ radius, light, strength: 0.1 + 0.17 * random() });
    return {
      bitmap,
      x: width / 2 + side * (width * (0.5 - inward) - radius * 0.3),
      y: height * (0.06 + 0.9 * ((Math.floor(index / 2) + random()) / 5)),
      scale: discScale,
      distance: 0.5 + random() * 0.2,
      blend: 'screen',
    };
  });
}

const discScale = 1.5;

function drawDisc({
  radius,
  light,
  strength,
}: {
  radius: number;
  light: Light3;
  strength: number;
}): Plate['bitmap'] {
  const stored = radius / discScale;
  const soft = Math.max(1.5, stored * 0.16);
  const side = Math.ceil((stored + soft) * 2) + 2;
  const data = new Uint8ClampedArray(new SharedArrayBuffer(side * side * 4));
  const most = Math.max(...light);
  const bytes = light.map((channel) => byteOfLight(channel / most));
  for (let row = 0, at = 0; row < side; row++)
    for (let column = 0; column < side; column++, at += 4) {
      const from = Math.sqrt((column + 0.5 - side / 2) ** 2 + (row + 0.5 - side / 2) ** 2);
      const cover = discCover(from, stored, soft, 0.22);
      if (cover === 0) continue;
      data[at] = bytes[0] ?? 0;
      data[at + 1] = bytes[1] ?? 0;
      data[at + 2] = bytes[2] ?? 0;
      data[at + 3] = cover * strength * 255;
    }
  return { width: side, height: side, data };
}

function lightsOf(set: StudioSet): Light3[] {
  const { tint } = rigOf(set);
  if (set.light === 'neon') {
    const { near, far } = neonLamps(set);
    return [near, far];
  }
  const accent = oklabOfHex(set.accent);
  const pale =
    chromaOf(accent) > 0.02 ? lightOfOklab({ L: 0.86, a: accent.a * 0.7, b: accent.b * 0.7 }) : tint;
  const warm: Light3 = [1, 0.84, 0.62];
  return set.light === 'moonlight' ? [tint, pale] : [warm, pale, tint];
}
