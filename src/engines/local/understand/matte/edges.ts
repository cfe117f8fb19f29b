import { blurPlane } from '../blur.ts';
import type { OklabPlanes } from '../oklab.ts';

/** The planes freed from the noise of single pixels. */
export function smoothed(planes: OklabPlanes): OklabPlanes {
  const { width, height } = planes;
  const smooth = (plane: Float32Array) => blurPlane(plane, width, height, { x: 0.9, y: 0.9 });
  return { width, height, L: smooth(planes.L), a: smooth(planes.a), b: smooth(planes.b) };
}

/** Change of colour per pixel, on planes freed from noise. */
export function edgeStrength({ width, height, L, a, b }: OklabPlanes): Float32Array {
  const strength = new Float32Array(width * height);
  for (const smooth of [L, a, b])
    for (let y = 1; y < height - 1; y++)
      for (let index = y * width + 1, end = index + width - 2; index < end; index++) {
        const dx = ((smooth[index + 1] ?? 0) - (smooth[index - 1] ?? 0)) / 2;
        const dy = ((smooth[index + width] ?? 0) - (smooth[index - width] ?? 0)) / 2;
        strength[index] = (strength[index] ?? 0) + dx * dx + dy * dy;
      }
  for (let index = 0; index < strength.length; index++) strength[index] = Math.sqrt(strength[index] ?? 0);
  return strength;
}

/** The change of colour up to which a pixel is even ground: several times the noise along the photo's rim. */
export function edgeLimit(edges: Float32Array, width: number, height: number): number {
  const sample: number[] = [];
  for (let x = 2; x < width - 2; x += 3)
    sample.push(edges[2 * width + x] ?? 0, edges[(height - 3) * width + x] ?? 0);
  for (let y = 2; y < height - 2; y += 3)
    sample.push(edges[y * width + 2] ?? 0, edges[y * width + width - 3] ?? 0);
  sample.sort((one, other) => one - other);
  const noise = sample[Math.floor(sample.length * 0.4)] ?? 0;
  return Math.min(0.012, Math.max(0.0036, noise * 5));
}
