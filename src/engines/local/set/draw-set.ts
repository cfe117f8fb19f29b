import { hexOfOklab, oklabOfHex } from '../understand/oklab.ts';
import { drawFloor } from './floor.ts';
import { drawForeground } from './foreground.ts';
import { drawLightPlates } from './light-plates.ts';
import { bitmapOfLight } from './linear-light.ts';
import { ditherTile } from './noise.ts';
import type { SetPlates } from './plates.ts';
import { paintWall } from './wall.ts';
import type { WallOptions } from './wall-plate.ts';

/** Paints everything around the subject for one wall colour and one blur, before the first frame. */
export function drawSet(asked: WallOptions): SetPlates {
  const options = { ...asked, wall: asked.set.light === 'neon' ? deepened(asked.wall) : asked.wall };
  const dither = ditherTile(options.seed);
  const wallPaint = paintWall(options);
  const { width, height, left, top, scale } = wallPaint;
  return {
    wall: {
      bitmap: bitmapOfLight(wallPaint, dither),
      x: left + (width * scale) / 2,
      y: top + (height * scale) / 2,
      scale,
      distance: options.geometry.wallDistance,
      blend: 'normal',
    },
    floor: drawFloor({ ...options, wallPaint, dither }),
    lights: drawLightPlates({ ...options, dither }),
    foreground: drawForeground(options),
  };
}

/** On a pale wall the tubes' light would wash out; their room is painted darker, as in a bar. */
function deepened(wall: string): string {
  const { L, a, b } = oklabOfHex(wall);
  return hexOfOklab({ L: L < 0.36 ? L : 0.36 + (L - 0.36) * 0.14, a, b });
}
