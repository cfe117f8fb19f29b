/** How Kinora's videos are coded, by either backend. */
export const filmSettings = {
  preset: 'veryfast',
  /** SSIM 0.98 on the sample scenes, at about 1.2 Mb/s in 720p. */
  crf: 19,
  /** Fixed: x264 makes other bytes with another number of threads, and a video must not depend on the machine. */
  threads: 4,
  secondsBetweenKeyFrames: 2,
  soundBitRate: 192_000,
  /** FFmpeg's default AAC coder spoils the first frame of a sound that begins with a hit, by up to 0.78 of full scale. */
  soundCoder: 'fast',
} as const;
