import type { Storyboard } from '../../../domain/storyboard.ts';
import type { Media } from '../../../media/media.ts';
import type { Clip } from '../understand/clip.ts';
import { openReel } from './clip-reel.ts';
import type { FrameOrder } from './frame-messages.ts';

/** The pictures of the clips at single moments far apart; a reel itself runs forwards, frame by frame. */
export function clipsAtMoments(options: {
  storyboard: Storyboard;
  clips: readonly Clip[];
  media: Media;
  signal: AbortSignal;
}): (frame: number) => Promise<FrameOrder['clips']> {
  return async (frame) => {
    options.signal.throwIfAborted();
    const reel = openReel(options);
    return reel.framesFor(frame).finally(reel.close);
  };
}
