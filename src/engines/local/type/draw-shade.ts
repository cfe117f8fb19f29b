import { seededRandom } from '../random.ts';
import type { StageBitmap } from '../render/layer.ts';
import type { Box } from './caption.ts';
import type { Shade } from './caption-colours.ts';
import { rgbOfHex } from './contrast.ts';
import type { CaptionLayout } from './lay-out.ts';
import { shapeOf } from './safe-area.ts';

/** A bitmap and where its top left corner stands in the frame. */
export interface PlacedBitmap {
  bitmap: StageBitmap;
  x: number;
  y: number;
}

/**
 * A soft shade below a caption. It has its full opacity wherever there are letters and fades out smoothly around
 * them; at the edges of the frame that the caption stands near to it runs on, so that it looks like light, not like
 * a plate. Noise of less than one step keeps 8 bits from showing as bands.
 */
export function drawShade(layout: CaptionLayout, { colour, opacity }: Shade): PlacedBitmap {
  const core = coreOf(layout);
  const fade = fadeOf(layout);
  const { x, y, width, height } = shadeRegion(layout);
  const data = new Uint8ClampedArray(new SharedArrayBuffer(width * height * 4));
  const [red, green, blue] = rgbOfHex(colour);
  const random = seededRandom(1, 'caption shade');
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++, at += 4) {
      const away = distanceFrom(core, x + column + 0.5, y + row + 0.5, fade);
      const share = away >= 1 ? 0 : smooth(1 - away);
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
      const level = share * opacity * 255;
      data[at + 3] = share === 0 ? 0 : share === 1 ? Math.ceil(level) : Math.floor(level + random());
    }
  return { bitmap: { width, height, data }, x, y };
}

/** The part of the frame that the shade of a caption lies on. */
export function shadeRegion(layout: CaptionLayout): Box {
  const { width, height } = layout.frame;
  const { left, top, right, bottom } = coreOf(layout);
  const { across, up } = fadeOf(layout);
  const x = Math.max(0, Math.floor(left - across));
  const y = Math.max(0, Math.floor(top - up));
  return {
    x,
    y,
    width: Math.min(width, Math.ceil(right + across)) - x,
    height: Math.min(height, Math.ceil(bottom + up)) - y,
  };
}

interface Core {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The letters with a little air, and from there to the edges of the frame that the caption leans on. */
function coreOf({ box, place, frame, setting }: CaptionLayout): Core {
  const air = setting.fontPx * 0.3;
  const core = {
    left: box.x - air,
    top: box.y - air,
    right: box.x + box.width + air,
    bottom: box.y + box.height + air,
  };
  const far = 4 * Math.max(frame.width, frame.height);
  if (place !== 'upper' && place !== 'centre') core.bottom = far;
  if (place === 'upper') core.top = -far;
  const wide = box.width > frame.width * 0.42;
  const spans = wide && place !== 'centre' && (place !== 'lower_left' || shapeOf(frame) === 'upright');
  if (spans || place === 'lower_left') core.left = -far;
  if (spans) core.right = far;
  return core;
}

interface Fade {
  across: number;
  up: number;
}

/** Longer around larger letters, so that a small label has no cloud. */
function fadeOf({ frame, box, place, setting }: CaptionLayout): Fade {
  const short = Math.min(frame.width, frame.height);
  if (place === 'centre') {
    const up = Math.min(short * 0.34, setting.fontPx * 3.4) + box.height * 0.4;
    return { across: up * 1.6, up };
  }
  const up = Math.min(short * 0.26, setting.fontPx * 3.2) + box.height * 0.35;
  return { across: up * 1.8, up };
}

/** 0 inside the core, 1 where the fade has ended. */
function distanceFrom(core: Core, x: number, y: number, fade: Fade): number {
  const across = Math.max(0, core.left - x, x - core.right) / fade.across;
  const up = Math.max(0, core.top - y, y - core.bottom) / fade.up;
  return Math.hypot(across, up);
}

/** Level at both ends, twice (Perlin's "smootherstep"). */
const smooth = (share: number) => share ** 3 * (share * (share * 6 - 15) + 10);
