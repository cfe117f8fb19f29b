import { blurPlane } from '../understand/blur.ts';
import { clamp01 } from './curves.ts';
import type { Rig } from './rig.ts';
import { footOf, type ShadePlace, type Silhouette } from './silhouette.ts';

/** What a length on the ground away from the camera measures on the screen, seen from the eye level of the sets. */
const foreshortening = 0.34;

/**
 * The shadow that the key light throws: the silhouette laid on the floor away from the lamp. The farther from the
 * foot, the softer and paler, as the half-shade of a broad lamp grows with the height of the edge that throws it.
 */
export function castShade(options: {
  silhouette: Silhouette;
  place: ShadePlace;
  size: number;
  /** 1 where the lamp is on the right. */
  side: number;
  shadow: Rig['shadow'];
}): Float32Array {
  const { silhouette, place, size, side, shadow } = options;
  const { width, height } = place;
  const laid = laidFlat({ silhouette, place, side, shadow });
  const length = silhouette.base * Math.min(1, shadow.length + 0.3);
  const levels = [0, 0.25, 0.6, 1].map((high) => {
    const soft = shadow.soft * (0.014 * size + 0.1 * high * length) + 0.7;
    return blurPlane(laid, width, height, { x: soft, y: soft * 0.45 });
  });
  const foot = footOf(silhouette);
  // What is thrown beside the foot, on either side, comes from higher up.
  const reach = silhouette.base * shadow.length * across(shadow) + size * 0.1;
  for (let row = 0, index = 0; row < height; row++) {
    const down = Math.abs(row - place.base) / (silhouette.base * shadow.length * foreshortening + size * 0.1);
    for (let column = 0; column < width; column++, index++) {
      const x = column - place.left;
      const beyond = Math.max(0, foot.left - x, x - foot.right) / reach;
      const far = clamp01(Math.sqrt(beyond ** 2 + (down * shadow.forward) ** 2));
      const level = far < 0.25 ? far * 4 : far < 0.6 ? 1 + (far - 0.25) / 0.35 : 2 + (far - 0.6) / 0.4;
      const low = Math.min(2, Math.floor(level));
      const one = levels[low]?.[index] ?? 0;
      const next = levels[low + 1]?.[index] ?? 0;
      laid[index] = shadow.cast * (1 - 0.72 * far) * (one + (next - one) * (level - low));
    }
  }
  return laid;
}

const across = ({ forward }: Rig['shadow']) => Math.sqrt(Math.max(0, 1 - forward ** 2));

function laidFlat(options: {
  silhouette: Silhouette;
  place: ShadePlace;
  side: number;
  shadow: Rig['shadow'];
}): Float32Array {
  const { silhouette, place, side, shadow } = options;
  const { cover, width, base } = silhouette;
  const plane = new Float32Array(place.width * place.height);
  for (let y = 0; y < base; y++) {
    const up = base - y - 0.5;
    const sideways = -side * up * shadow.length * across(shadow);
    const down = up * shadow.length * shadow.forward * foreshortening;
    for (let x = 0; x < width; x++) {
      if ((cover[y * width + x] ?? 0) < 0.1) continue;
      let end = x + 1;
      while (end < width && (cover[y * width + end] ?? 0) >= 0.1) end++;
      layEllipse(plane, place, { left: place.left + x + sideways, width: end - x, front: place.base + down });
      x = end;
    }
  }
  return plane;
}

/** A thing is about as deep as it is wide; laid down, a slice of it is a flat ellipse with its front edge at `front`. */
function layEllipse(
  plane: Float32Array,
  place: ShadePlace,
  slice: { left: number; width: number; front: number },
): void {
  const { left, width, front } = slice;
  const deep = 1 + 0.09 * width;
  const half = width / 2;
  const from = Math.max(0, Math.round(left));
  const to = Math.min(place.width - 1, Math.round(left + width - 1));
  for (let column = from; column <= to; column++) {
    const off = (column + 0.5 - left - half) / half;
    const thick = deep * Math.sqrt(Math.max(0.02, 1 - off * off));
    const top = Math.max(0, Math.round(front - deep - thick));
    const bottom = Math.min(place.height - 1, Math.round(front - deep + thick));
    for (let row = top; row <= bottom; row++) plane[row * place.width + column] = 1;
  }
}
