import { decodeAudio } from './decode-audio.ts';
import { decodeImage } from './decode-image.ts';
import { decodeVideo } from './decode-video.ts';
import { encode } from './encode.ts';
import { encodeStill } from './encode-still.ts';
import { ffmpegBackend } from './ffmpeg/backend.ts';
import { findProgram } from './find-program.ts';
import type { Media } from './media.ts';
import type { MediaTools } from './media-tools.ts';
import { nodeAvBackend } from './node-av/backend.ts';
import { probe } from './probe.ts';

/**
 * `ffmpegPath` chooses an FFmpeg program (5.1 or newer, with libx264), by path or by its name on the PATH, instead of
 * the library that came with the package; throws if there is none. `scratch` is an existing folder for children to
 * run in; nothing stays in it.
 */
export function createMedia(options: { ffmpegPath?: string; scratch?: string } = {}): Media {
  const { ffmpegPath, scratch } = options;
  const backend = ffmpegPath === undefined ? nodeAvBackend() : ffmpegBackend(programOf(ffmpegPath));
  const tools: MediaTools = { backend, ...(scratch === undefined ? {} : { scratch }) };
  return {
    probe: (path, options = {}) => probe(tools, path, options.signal),
    decodeImage: (path, options) => decodeImage(tools, path, options),
    decodeVideo: (path, options) => decodeVideo(tools, path, options),
    decodeAudio: (path, options) => decodeAudio(tools, path, options),
    encode: (options) => encode(tools, options),
    encodeStill: (bitmap, options) => encodeStill(tools, bitmap, options),
  };
}

function programOf(ffmpegPath: string): string {
  const program = findProgram(ffmpegPath);
  if (program === undefined)
    throw new Error(
      `There is no program ${ffmpegPath}; install FFmpeg, or leave its path out to use the library.`,
    );
  return program;
}
