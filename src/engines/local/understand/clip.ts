import type { ReferenceFile } from '../../../domain/engine.ts';
import type { Reference } from '../../../domain/request.ts';
import type { Media } from '../../../media/media.ts';
import { paletteOf, type Swatch } from './palette.ts';
import { bestSegment } from './video/best-segment.ts';
import { type CameraFromMotion, cameraFromMotion } from './video/camera-from-motion.ts';
import { type ClipReading, readClip } from './video/read-clip.ts';

/** A reference video, read once from beginning to end. */
export interface Clip {
  /** The n of `@Video1`. */
  position: number;
  /** `clip` is cut into the film; `motion` lends its camera move and is not seen. */
  role: 'clip' | 'motion';
  path: string;
  seconds: number;
  /** Width over height of the picture as shown. */
  ratio: number;
  reading: ClipReading;
  camera: CameraFromMotion;
  palette: Swatch[];
}

/** Below this a clip is so shaky that it is steadied. */
const steadyEnough = 0.75;

export const isShaky = ({ reading, camera }: Clip) =>
  reading.steadiness < steadyEnough && camera.character === 'steady';

/** Reads a clip. Throws where it cannot be decoded, and when aborted. */
export async function understandClip(options: {
  reference: Reference;
  role: Clip['role'];
  file: ReferenceFile;
  media: Media;
  signal: AbortSignal;
}): Promise<Clip> {
  const { reference, role, file, media, signal } = options;
  const { path, facts } = file;
  const reading = await readClip({ media, path, facts, signal });
  const { startSeconds } = bestSegment(reading, 1);
  return {
    position: reference.position,
    role,
    path,
    seconds: reading.seconds,
    ratio: (facts.width ?? 16) / (facts.height ?? 9),
    reading,
    camera: cameraFromMotion(reading),
    palette: role === 'motion' ? [] : await paletteAt(path, startSeconds, { media, signal }),
  };
}

const sample = { width: 160, height: 90 };

async function paletteAt(
  path: string,
  startSeconds: number,
  { media, signal }: { media: Media; signal: AbortSignal },
): Promise<Swatch[]> {
  const frames = media.decodeVideo(path, { ...sample, fps: 1, startSeconds, seconds: 1, signal });
  for await (const data of frames) return paletteOf({ ...sample, data });
  return [];
}
