import { openReel } from '../render/clip-reel.ts';
import { createPainter, type Painter } from '../render/painter.ts';
import type { FinishedFilm } from './finished-film.ts';
import { shrunkLuma, smallSize } from './small-film.ts';

/** The pictures that were meant, for the moments at which the film looks wrong. Nothing is painted before it is asked. */
export interface Painted {
  /** Luma of a frame at the size of a small film. */
  small(frame: number): Promise<Uint8Array>;
}

export function createPainted({ storyboard, stage, understanding, media, signal }: FinishedFilm): Painted {
  let painter: Painter | undefined;
  return {
    async small(frame) {
      painter ??= createPainter(storyboard, stage);
      const moment = Math.min(storyboard.frames - 1, frame);
      const reel = openReel({ storyboard, clips: understanding.clips, media, signal });
      try {
        return shrunkLuma(
          painter.picture(moment, await reel.framesFor(moment)),
          storyboard,
          smallSize(storyboard),
        );
      } finally {
        await reel.close();
      }
    },
  };
}
