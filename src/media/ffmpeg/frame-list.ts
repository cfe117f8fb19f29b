import type { Backend } from '../backend.ts';
import type { Inspected } from '../inspection.ts';

/** The rate of the sound that is listed, in samples of one byte. */
export const listedSoundRate = 48_000;

const microsecond = 1e-6;

/**
 * Understands the lists that FFmpeg writes for an inspect job. A line of pictures
 * ends in a checksum with `0x` before it, a line of sound in one without.
 */
export const readFrameList: Backend['readInspection'] = () => {
  let size = { width: 0, height: 0 };
  let pixelAspect = 1;

  return (line): Inspected[] => {
    const header = /^#(dimensions|sar) 0: (\d+)[x/](\d+)$/.exec(line);
    if (header !== null) {
      const [first, second] = [Number(header[2]), Number(header[3])];
      if (header[1] === 'dimensions') size = { width: first, height: second };
      else if (first > 0 && second > 0) pixelAspect = first / second;
    }
    const frame = /^0, *-?\d+, *(-?\d+), *(\d+), *(\d+), *(0x)?[0-9a-f]+/.exec(line);
    if (frame === null) return [];
    const [pts, duration, bytes] = [Number(frame[1]), Number(frame[2]), Number(frame[3])];
    if (frame[4] === undefined) return [{ type: 'sound', seconds: bytes / listedSoundRate }];
    const lastsSeconds = duration * microsecond;
    return [{ type: 'picture', atSeconds: pts * microsecond, lastsSeconds, ...size, pixelAspect }];
  };
};
