import type { Bitmap } from '../../../../media/media.ts';
import { blurPlane } from '../blur.ts';
import type { OffGround } from './off-ground.ts';

/** The shadow the subject casts on its ground: smooth, and 0 where the ground is merely uneven. */
export function shadowOf(cutOut: Bitmap, off: OffGround, width: number, height: number): Uint8Array {
  const { data } = cutOut;
  const depth = new Float32Array(width * height);
  for (let index = 0; index < depth.length; index++) {
    const below = (off.lightness[index] ?? 0) + 0.008;
    if (below >= 0 || data[index * 4 + 3] !== 0 || (off.chroma[index] ?? 1) > 0.06) continue;
    // Lightness is the cube root of light; what a shadow takes is light.
    const light = (1 + below) * (1 + below) * (1 + below);
    depth[index] = 1 - light;
  }
  const smooth = blurPlane(depth, width, height, { x: 1.2, y: 1.2 });
  const shadow = new Uint8Array(smooth.length);
  for (let index = 0; index < shadow.length; index++)
    shadow[index] = Math.min(255, Math.round((smooth[index] ?? 0) * 255));
  return shadow;
}
