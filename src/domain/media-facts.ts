export const mediaKinds = ['image', 'video', 'audio'] as const;

export type MediaKind = (typeof mediaKinds)[number];

/** What a probe measured on the decoded content of one media file; the container's own claims do not count. */
export interface MediaFacts {
  kind: MediaKind;
  /** By content, such as `image/jpeg`; never the sender's word. */
  contentType: string;
  /** Pixels as shown, after orientation. Absent for audio. */
  width?: number;
  height?: number;
  /** Length of the video stream, or of the audio where there is no video. Absent for images. */
  durationSeconds?: number;
  /** Frames per second on average. Video only. */
  fps?: number;
  /** Decoded frames. Video only. */
  frames?: number;
  videoCodec?: string;
  audioCodec?: string;
  audioDurationSeconds?: number;
  /** MP4 and MOV only: the index stands before the media, so playback can begin at once. */
  fastStart?: boolean;
}
