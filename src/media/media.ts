/**
 * What Kinora asks of a codec. Every method opens its file in a child process of its own, with limits, and hands
 * back bounded raw data; a hostile file can at worst end that child. Two backends: node-av, and a system ffmpeg.
 */
export interface Media {
  /** Measures a file on its decoded content. Throws only if aborted or if the child could not be started. */
  probe(path: string, options?: { signal?: AbortSignal }): Promise<ProbeResult>;

  /** Decodes a still (the first frame of anything moving), upright, scaled down to fit `maxSide`. */
  decodeImage(path: string, options: { maxSide: number; signal?: AbortSignal }): Promise<Bitmap>;

  /**
   * Frames at a constant `fps`, scaled to cover `width` x `height` and cropped at the centre, RGBA, from
   * `startSeconds` for at most `seconds`. Stopping the iteration ends the child.
   */
  decodeVideo(path: string, options: DecodeVideoOptions): AsyncIterable<Buffer>;

  /** The sound of a file as 48 kHz stereo, at most `maxSeconds` of it. */
  decodeAudio(path: string, options: { maxSeconds: number; signal?: AbortSignal }): Promise<Sound>;

  /** Writes an MP4: H.264 (yuv420p, BT.709 limited, tagged so) and AAC, index first. */
  encode(options: EncodeOptions): Promise<Encoder>;

  /** Writes a JPEG. */
  encodeStill(bitmap: Bitmap, options: { path: string; quality: number }): Promise<void>;
}

/** Non-premultiplied RGBA, rows from the top, no padding: `data.length === width * height * 4`. */
export interface Bitmap {
  width: number;
  height: number;
  data: Buffer;
}

/** Samples from -1 to 1 at 48,000 Hz; both channels have the same length. */
export interface Sound {
  left: Float32Array;
  right: Float32Array;
}

export const soundRate = 48_000;

export type ProbeResult =
  | { status: 'readable'; facts: ProbedFacts }
  /** `reason` is a short phrase for a person, such as "the file ends before its first picture". */
  | { status: 'unreadable'; reason: string };

/** The same shape as the domain's MediaFacts, which this folder does not know. */
export interface ProbedFacts {
  kind: 'image' | 'video' | 'audio';
  contentType: string;
  width?: number;
  height?: number;
  durationSeconds?: number;
  fps?: number;
  frames?: number;
  videoCodec?: string;
  audioCodec?: string;
  audioDurationSeconds?: number;
  fastStart?: boolean;
}

export interface DecodeVideoOptions {
  width: number;
  height: number;
  fps: number;
  startSeconds: number;
  seconds: number;
  signal?: AbortSignal;
}

export interface EncodeOptions {
  path: string;
  width: number;
  height: number;
  fps: number;
  /** Absent: the video has no sound track. */
  sound?: Sound;
  signal?: AbortSignal;
}

export interface Encoder {
  /**
   * Takes one I420 frame (BT.709 limited range, `width * height * 3 / 2` bytes); resolves when more may be sent and
   * the buffer may be reused.
   */
  write(i420: Buffer): Promise<void>;
  /** Closes the file; resolves once it is complete on disk, and throws if not every frame arrived in it. */
  finish(): Promise<void>;
  /** Ends the child and removes the unfinished file. Safe to call at any time. */
  abort(): void;
}
