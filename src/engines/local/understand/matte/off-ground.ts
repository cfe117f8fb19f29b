import { type Background, surfaceAt } from '../background.ts';
import type { OklabPlanes } from '../oklab.ts';

/** How far each pixel is from the ground behind it, in OKLab. */
export interface OffGround {
  /** Lightness above the ground, negative in shadow. */
  lightness: Float32Array;
  chroma: Float32Array;
}

/** A shadow darkens the ground by at most this much and brings next to no colour of its own. */
export const shade = { darkening: 0.45, chroma: 0.022 };

export function offGround(planes: OklabPlanes, background: Background): OffGround {
  const { width, height } = planes;
  const lightness = new Float32Array(width * height);
  const chroma = new Float32Array(width * height);
  for (let y = 0, index = 0; y < height; y++) {
    const v = (y / height) * 2 - 1;
    for (let x = 0; x < width; x++, index++) {
      const u = (x / width) * 2 - 1;
      const a = (planes.a[index] ?? 0) - surfaceAt(background.a, u, v);
      const b = (planes.b[index] ?? 0) - surfaceAt(background.b, u, v);
      lightness[index] = (planes.L[index] ?? 0) - surfaceAt(background.L, u, v);
      chroma[index] = Math.sqrt(a * a + b * b);
    }
  }
  return { lightness, chroma };
}
