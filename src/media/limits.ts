/** Pixels of one picture; what is larger is refused before it is allocated. */
export const mostPixels = 33_554_432;

/** Pixels of one side. A strip of 1 x 65,535 is few pixels, and still no picture anyone can use. */
export const longestSide = 16_384;

/** In which a progressive JPEG may be drawn; encoders use about ten, and each costs as much as the whole picture. */
export const mostPasses = 500;

/** How much longer than wide a pixel may be, or the other way round; anamorphic film needs 2. */
export const mostStretch = 4;

/** Decoding a file stops here, whatever the file says of its own length. */
export const longestSeconds = 600;

/** Ten minutes at 60 pictures a second. */
export const mostFrames = 36_000;

/** Twice the fastest phone slow motion; more is a trick on whoever counts pictures. */
export const highestFps = 480;

/** The share of a file that must decode for the rest to be forgiven. */
export const leastDecoded = 0.9;

/** The bounds of one child. Those which a system does not know are skipped there. */
export interface ChildLimits {
  /** Processor seconds, all threads together. */
  cpuSeconds: number;
  /** How long the child may keep its parent waiting. */
  waitSeconds: number;
  /** Address space beyond what the program reserves for itself; it is taken far more freely than memory. */
  addressBytes: number;
  /** Memory really held, watched by the parent. */
  residentBytes: number;
  /** The largest file the child may write; 0 for a child that only answers. */
  fileBytes: number;
}

const mebibyte = 1_048_576;

/** A child that opens a foreign file and hands back data. */
export const readingLimits: ChildLimits = {
  cpuSeconds: 60,
  waitSeconds: 30,
  addressBytes: 2_048 * mebibyte,
  residentBytes: 1_200 * mebibyte,
  fileBytes: 0,
};

/** A child that decodes for as long as its frames are wanted. */
export const streamingLimits: ChildLimits = { ...readingLimits, cpuSeconds: 600 };

/** A child that encodes our own frames, for as long as they come. */
export const writingLimits: ChildLimits = {
  cpuSeconds: 3_600,
  waitSeconds: 60,
  addressBytes: 4_096 * mebibyte,
  residentBytes: 2_400 * mebibyte,
  fileBytes: 1_000 * mebibyte,
};
