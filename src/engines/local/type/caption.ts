import type { Caption as FilmCaption } from '../../../domain/storyboard.ts';

/**
 * What a caption says and how. Line ends in the text are kept; `lower_left` stands in the left half whatever the
 * script, and its lines begin where the script begins.
 */
export type Caption = Pick<FilmCaption, 'text' | 'style' | 'place' | 'family'>;

export type CaptionStyle = Caption['style'];
export type CaptionPlace = Caption['place'];
export type FontFamily = Caption['family'];

/** When a caption is seen, and how it comes. */
export type CaptionCue = Pick<FilmCaption, 'startSeconds' | 'endSeconds' | 'motion'>;

export interface Frame {
  width: number;
  height: number;
}

/** In frame pixels, from the top left. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
