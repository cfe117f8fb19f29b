import type { MediaKind } from './media-facts.ts';

/** How a reference is changed on its way to an engine. The file of its owner stays as it is. */
export interface Adaptation {
  kind: MediaKind;
  position: number;
  /** What it becomes. */
  contentType: string;
  /** Pixels afterwards; absent for sound. */
  width?: number;
  height?: number;
  /** Cut at the centre to the shape of these pixels, instead of keeping its own. */
  cut?: true;
  /** How much of it is kept, from its beginning; absent: all. */
  seconds?: number;
}
