import { chromaOf, type Oklab } from '../understand/oklab.ts';
import type { Grade } from './grade.ts';
import { lightnessAt } from './lightness-curve.ts';

/** One colour after the grade; it may lie outside sRGB. The identity grade gives the colour itself. */
export function gradeColour(grade: Grade, { L, a, b }: Oklab): Oklab {
  const chroma = chromaOf({ L, a, b });
  const skin = skinLikeness({ L, a, b });
  // Black and white stay so.
  const toned = rising(L, 0.05, 0.45) * (1 - rising(L, 0.85, 1));
  const coloured = rising(chroma, 0.01, 0.09);
  // Strong colours get no stronger: they would leave the gamut and lose their drawing.
  const gain =
    1 + (grade.chroma - 1) * (grade.chroma > 1 ? 1 - rising(chroma, 0.08, 0.2) : 1) * (1 - 0.6 * skin);
  const part = (tint: number, shift: number) =>
    toned * (tint + (shift * (1 - 0.65 * skin) - tint) * coloured);
  return {
    L: lightnessAt(grade.lightness, L),
    a: a * gain + part(grade.tint.a, grade.shift.a),
    b: b * gain + part(grade.tint.b, grade.shift.b),
  };
}

/** 1 for colours that skin of any shade has in OKLab (hue around 52 degrees, not very strong), falling to 0 around. */
function skinLikeness({ L, a, b }: Oklab): number {
  const chroma = chromaOf({ L, a, b });
  const hueOff = Math.abs((Math.atan2(b, a) * 180) / Math.PI - 52);
  return (
    (1 - rising(hueOff, 10, 50)) *
    rising(chroma, 0.01, 0.07) *
    (1 - rising(chroma, 0.11, 0.2)) *
    rising(L, 0.2, 0.4)
  );
}

/** 0 below `from`, 1 above `to`, softly between. */
function rising(value: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}
