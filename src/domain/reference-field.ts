import type { MediaKind } from './media-facts.ts';

/** The body field of each kind of reference, for pointers. */
export const referenceField: Record<MediaKind, string> = {
  image: 'reference_images',
  video: 'reference_videos',
  audio: 'reference_audio',
};
