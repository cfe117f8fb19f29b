import type { Storyboard } from '../../../domain/storyboard.ts';
import type { Similarity } from '../render/layer.ts';
import { visibleFrom } from '../shots-at.ts';
import type { Clip } from '../understand/clip.ts';
import { stabiliserFor, transformOf } from '../understand/video/stabilise.ts';

/** For every frame in which a clip is seen, from where in its picture each pixel is taken so that it does not shake. */
export function steadyClip(
  clip: Clip,
  options: {
    storyboard: Storyboard;
    shot: number;
    fromSeconds: number;
    size: { width: number; height: number };
  },
): Similarity[] {
  const { storyboard, shot, fromSeconds, size } = options;
  const { shots, transitions } = storyboard;
  const gone =
    transitions.find(({ to }) => to === shot + 1)?.endSeconds ?? shots[shot]?.endSeconds ?? fromSeconds;
  const endSeconds = Math.min(clip.seconds, fromSeconds + gone - visibleFrom(storyboard, shot));
  const ratio = size.width / size.height;
  return stabiliserFor(clip.reading, { startSeconds: fromSeconds, endSeconds, ratio }).map((correction) =>
    inverted(transformOf(correction, { ...size, ratio: clip.reading.ratio })),
  );
}

function inverted([a, b, , , e, f]: ReturnType<typeof transformOf>): Similarity {
  const square = a * a + b * b;
  return { a: a / square, b: b / square, c: -(a * e + b * f) / square, d: (b * e - a * f) / square };
}
