import { blurPlane } from '../understand/blur.ts';
import type { PhotoShadow } from './cut-out.ts';
import type { ShadePlace, Silhouette } from './silhouette.ts';

/** Pixels around the product in which its own soft edge hides the shadow. */
const margin = 3;
/** How far, in shares of the product's width, the shadow beside it tells of the one underneath. */
const underFoot = 0.25;

/**
 * The shadow that the photo shows, where there is one worth the name: undefined else. It runs on under the product,
 * so that no hole shows where the product has moved or risen.
 */
export function ownShade(options: {
  shadow: PhotoShadow;
  silhouette: Silhouette;
  place: ShadePlace;
}): Float32Array | undefined {
  const { shadow, silhouette, place } = options;
  const { box } = shadow;
  const perPixel = (box.right - box.left) / silhouette.width;
  const plane = new Float32Array(place.width * place.height);
  const size = Math.max(box.right - box.left, box.bottom - box.top);
  const half = Math.max(1, Math.round(perPixel / 2));
  let sum = 0;
  for (let row = 0, index = 0; row < place.height; row++) {
    const y = box.bottom + (row + 0.5 - place.base) * perPixel;
    for (let column = 0; column < place.width; column++, index++) {
      const x = box.left + (column + 0.5 - place.left) * perPixel;
      if (x < 0 || y < 0 || x >= shadow.width || y >= shadow.height) continue;
      // The photo's frame must not show: what lies far from the product, or near the frame, fades out.
      const away = Math.max(box.left - x, x - box.right, y - box.bottom, box.top - y, 0) / (size * 0.3);
      const toFrame = Math.min(x, y, shadow.width - 1 - x, shadow.height - 1 - y) / (shadow.width * 0.06);
      const kept = Math.max(0, 1 - away) * Math.min(1, toFrame);
      const value = (kept * averageAt(shadow, x, y, half)) / 255;
      plane[index] = value * 0.85;
      sum += value;
    }
  }
  if (sum * silhouette.scale < silhouette.width * 2) return undefined;
  return runOn(plane, underneath(silhouette, place), place, silhouette.width * underFoot);
}

/** 1 where the product hides its shadow. */
function underneath(silhouette: Silhouette, place: ShadePlace): Uint8Array {
  const { width, height, cover, base } = silhouette;
  const hidden = new Uint8Array(place.width * place.height);
  for (let row = 0, index = 0; row < place.height; row++) {
    const y = Math.floor(base + row + 0.5 - place.base);
    for (let column = 0; column < place.width; column++, index++) {
      const x = column - place.left;
      if (y >= 0 && y < height && x >= 0 && x < width && (cover[y * width + x] ?? 0) > 0.02)
        hidden[index] = 1;
    }
  }
  const around = blurPlane(new Float32Array(hidden), place.width, place.height, { x: margin, y: margin });
  return hidden.map((one, index) => (one === 1 || (around[index] ?? 0) > 0.01 ? 1 : 0));
}

/** Fills what is hidden with the mean of what is seen closest to it, up to `farthest` pixels away. */
function runOn(
  plane: Float32Array,
  hidden: Uint8Array,
  { width, height }: ShadePlace,
  farthest: number,
): Float32Array {
  const filled = plane.map((value, index) => (hidden[index] === 1 ? 0 : value));
  const seen = Float32Array.from(hidden, (one) => 1 - one);
  for (let reach = 1; reach <= farthest; reach *= 1.6) {
    const radius = { x: reach, y: reach };
    const shade = blurPlane(filled, width, height, radius);
    const weight = blurPlane(seen, width, height, radius);
    for (let index = 0; index < filled.length; index++) {
      const share = weight[index] ?? 0;
      if (seen[index] !== 0 || share < 0.2) continue;
      filled[index] = (shade[index] ?? 0) / share;
      seen[index] = 1;
    }
  }
  return filled;
}

function averageAt({ shade, width, height }: PhotoShadow, x: number, y: number, half: number): number {
  let sum = 0;
  let count = 0;
  for (
    let row = Math.max(0, Math.round(y) - half);
    row <= Math.min(height - 1, Math.round(y) + half);
    row += half
  )
    for (
      let column = Math.max(0, Math.round(x) - half);
      column <= Math.min(width - 1, Math.round(x) + half);
      column += half
    ) {
      sum += shade[row * width + column] ?? 0;
      count++;
    }
  return count === 0 ? 0 : sum / count;
}
