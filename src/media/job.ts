/** A foreign file and the only ways in which it may be opened. */
export interface Source {
  /** Absolute. */
  path: string;
  /** The demuxer that the first bytes call for; no other is tried. */
  demuxer: string;
}

/** What a child is asked to do. Both backends take the same words and answer in the same bytes. */
export type Job =
  | InspectJob
  /** Answers with the first picture, run through `filter`, as one PAM file of RGBA. */
  | { task: 'picture'; source: Source; filter: string }
  | PicturesJob
  /** Answers with interleaved stereo, 32-bit float, 48,000 Hz, at most `samples` for each channel. */
  | { task: 'sound'; source: Source; filter: string; samples: number }
  | FilmJob
  /** Reads RGBA from stdin, answers with a JPEG. */
  | { task: 'still'; width: number; height: number; quality: number };

/** Decodes the first stream of each kind and answers with what it met; see `inspection.ts`. */
export interface InspectJob {
  task: 'inspect';
  source: Source;
  /** Of those that are there. */
  streams: readonly StreamKind[];
  mostPictures: number;
}

export type StreamKind = 'video' | 'audio';

/** Answers with RGBA pictures of exactly `width` x `height`, one after the other, at a constant rate. */
export interface PicturesJob {
  task: 'pictures';
  source: Source;
  /** Makes any picture `width` x `height`. */
  filter: string;
  width: number;
  height: number;
  rate: Rate;
  startSeconds: number;
  frames: number;
}

/** Reads I420 frames from stdin until it ends, after `soundSamples` of interleaved stereo float; writes an MP4. */
export interface FilmJob {
  task: 'film';
  path: string;
  width: number;
  height: number;
  rate: Rate;
  /** Samples for each channel that come before the first frame; absent means a film without a sound track. */
  soundSamples?: number;
}

/** Frames per second as a fraction, so that 29.97 is exact. */
export interface Rate {
  numerator: number;
  denominator: number;
}

/** Whole rates and their NTSC cousins exactly, any other to a thousandth. */
export function rateOf(fps: number): Rate {
  if (!(fps >= 1 && fps <= 120))
    throw new RangeError(`A video of ${fps} frames per second cannot be made; choose from 1 to 120.`);
  if (Number.isInteger(fps)) return { numerator: fps, denominator: 1 };
  const ntsc = { numerator: Math.round(fps) * 1_000, denominator: 1_001 };
  if (Math.abs(fps - ntsc.numerator / ntsc.denominator) < 0.005) return ntsc;
  return { numerator: Math.round(fps * 1_000), denominator: 1_000 };
}
