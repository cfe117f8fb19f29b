import { allOf } from '../child-answers.ts';
import { readingLimits } from '../limits.ts';
import { spawnChild } from '../spawn-child.ts';

const oldest = { major: 5, minor: 1 };
const mostBytes = 1_000_000;

/** Throws unless a program is an FFmpeg that understands our options and can write H.264. */
export async function checkProgram(program: string): Promise<void> {
  const child = await spawnChild({ command: { file: program, args: ['-encoders'] }, limits: readingLimits });
  child.stdin.end();
  const [encoders, { said }] = await Promise.all([allOf(child.stdout, mostBytes), child.ended]);
  const fault = faultOf(said, encoders.toString('latin1'));
  if (fault === undefined) return;
  throw new Error(
    `The program ${program} ${fault}; give the path of FFmpeg ${oldest.major}.${oldest.minor} or newer with libx264, ` +
      'or leave it out to use the library that comes with the package.',
  );
}

function faultOf(said: string, encoders: string): string | undefined {
  const banner = /^ffmpeg version (\S+)/m.exec(said);
  if (banner === null) return 'is not FFmpeg';
  // A build from a repository has no number, and is taken for a new one.
  const [, major = oldest.major, minor = oldest.minor] = /^n?(\d+)\.(\d+)/.exec(banner[1] ?? '') ?? [];
  const isOld =
    Number(major) < oldest.major || (Number(major) === oldest.major && Number(minor) < oldest.minor);
  if (isOld) return `is FFmpeg ${banner[1]}, which is too old`;
  return / libx264 /.test(encoders) ? undefined : 'is an FFmpeg without libx264';
}
