/**
 * A shift, a turn and a scale of the picture plane: `x' = a x - b y + x0`, `y' = b x + a y + y0`. The origin is the
 * middle of the frame, the unit its short side, and y points down.
 */
export interface Similarity {
  a: number;
  b: number;
  x: number;
  y: number;
}

export const identity: Similarity = { a: 1, b: 0, x: 0, y: 0 };

export function apply({ a, b, x, y }: Similarity, place: { x: number; y: number }): { x: number; y: number } {
  return { x: a * place.x - b * place.y + x, y: b * place.x + a * place.y + y };
}

/** First `inner`, then `outer`. */
export function compose(outer: Similarity, inner: Similarity): Similarity {
  return {
    a: outer.a * inner.a - outer.b * inner.b,
    b: outer.b * inner.a + outer.a * inner.b,
    x: outer.a * inner.x - outer.b * inner.y + outer.x,
    y: outer.b * inner.x + outer.a * inner.y + outer.y,
  };
}

export function inverse({ a, b, x, y }: Similarity): Similarity {
  const square = a * a + b * b;
  return {
    a: a / square,
    b: -b / square,
    x: (0 - a * x - b * y) / square,
    y: (b * x - a * y) / square,
  };
}

export const scaleOf = ({ a, b }: Similarity) => Math.hypot(a, b);

/** Degrees, clockwise on the screen. */
export const turnOf = ({ a, b }: Similarity) => (Math.atan2(b, a) * 180) / Math.PI;
