import type { Storyboard } from '../../../domain/storyboard.ts';
import type { Media, Sound } from '../../../media/media.ts';
import type { Stage } from '../render/layer.ts';
import type { Understanding } from '../understand/understand.ts';

/** A film as written to disk, with everything that was promised about it. */
export interface FinishedFilm {
  path: string;
  storyboard: Storyboard;
  /** The storyboard came from the caller, who may cut a product on purpose. */
  storyboardIsGiven: boolean;
  understanding: Pick<Understanding, 'pictures' | 'clips' | 'sounds'>;
  stage: Stage;
  /** The sound as it was mixed; absent for a film without. */
  mix?: Sound;
  media: Media;
  signal: AbortSignal;
}

export const filmSeconds = ({ frames, fps }: Pick<Storyboard, 'frames' | 'fps'>) => frames / fps;

/** A moment as people write it: `1.25 s`. */
export const at = (seconds: number) => `${Number(seconds.toFixed(2))} s`;
