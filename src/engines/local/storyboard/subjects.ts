import type { Directions, TagDirection } from '../understand/directions.ts';
import type { Swatch } from '../understand/palette.ts';
import type { Picture } from '../understand/picture.ts';

/** What of an understanding the storyboard looks at: no pixels, no samples. */
export interface Subjects {
  directions: Directions;
  pictures: readonly SubjectPicture[];
  /** Positions of the photos that show one product from several sides, ordered around it; empty for fewer than two. */
  turn: readonly number[];
  clips: readonly SubjectClip[];
  sounds: readonly SubjectSound[];
}

export type SubjectPicture = Pick<Picture, 'position' | 'role' | 'palette'> & {
  /** Whether it was freed from its ground with confidence. */
  isFree: boolean;
  /** Whether its clear glass is see-through. */
  isClear: boolean;
  /** Of the subject: twice its wider side from the middle of its foot, over its height. */
  aspect: number;
  /** Of the whole picture: its width over its height. */
  shape: number;
};

export interface SubjectClip {
  position: number;
  /** `motion` lends its camera move and is not seen. */
  role: 'clip' | 'motion';
  seconds: number;
  isShaky: boolean;
  palette: readonly Swatch[];
  /** The steadiest, sharpest moment to begin a shot of so many seconds. */
  bestStart(seconds: number): number;
  /** The camera's way through the clip; x and y in short sides, `zoom` above 1 is closer. */
  motion: readonly { seconds: number; x: number; y: number; zoom: number; rollDegrees: number }[];
}

export interface SubjectSound {
  position: number;
  role: 'music' | 'voice';
  seconds: number;
  /** Absent where nothing beats. */
  beats?: { bpm: number };
  /** Where a film of so many seconds begins in it: on a downbeat, where there is one. */
  bestStart(seconds: number): number;
}

/** The references of a kind that the prompt gives a part, in the order of the prompt. */
export function taggedAs(
  { tags }: Directions,
  kind: TagDirection['kind'],
  ...parts: TagDirection['as'][]
): number[] {
  return tags.filter((tag) => tag.kind === kind && parts.includes(tag.as)).map(({ position }) => position);
}
