import type { PhotoShadow } from './cut-out.ts';
import type { ShadePlace, Silhouette } from './silhouette.ts';

/** The shadow that the photo shows, where there is one worth the name: undefined else. */
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
  return sum * silhouette.scale < silhouette.width * 2 ? undefined : plane;
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
