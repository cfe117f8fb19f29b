import type { Backend } from '../backend.ts';
import { decoders } from '../decoders.ts';
import { filmSettings } from '../film-settings.ts';
import { jpegFilter, jpegScale } from '../filters.ts';
import type { FilmJob, InspectJob, Job, PicturesJob, Rate, Source, StreamKind } from '../job.ts';
import { leastDecoded, mostPixels } from '../limits.ts';
import { checkProgram } from './check-program.ts';
import { listedSoundRate, readFrameList } from './frame-list.ts';
import { readComplaints, readStreams } from './said.ts';

/** An FFmpeg program of the system, 5.1 or newer, built with libx264. */
export function ffmpegBackend(program: string): Backend {
  let checked: Promise<void> | undefined;
  return {
    ready: () => (checked ??= checkProgram(program)),
    command: (job) => ({ file: program, args: [...quietly, ...argsOf(job)] }),
    readInspection: readFrameList,
    readComplaints,
    listStreams: {
      command: (source) => ({ file: program, args: [...quietly, ...input(source)] }),
      read: readStreams,
    },
    addSound: (film, path) => ({ file: program, args: [...quietly, ...addSoundArgs(film, path)] }),
  };
}

// Options as words, for those whose values hold no space.
const words = (options: string) => options.split(' ');

const quietly = words('-hide_banner -nostdin -nostats -y');

function argsOf(job: Job): string[] {
  switch (job.task) {
    case 'inspect':
      return inspectArgs(job);
    case 'picture':
      return [
        ...input(job.source),
        ...words('-map 0:V:0 -an -sn -dn -frames:v 1 -vf'),
        `${job.filter},format=rgba`,
        ...words('-f image2pipe -c:v pam pipe:1'),
      ];
    case 'pictures':
      return picturesArgs(job);
    case 'sound':
      return [
        ...input(job.source),
        ...words('-map 0:a:0 -vn -sn -dn -af'),
        `${job.filter},atrim=end_sample=${job.samples}`,
        ...words('-f f32le -c:a pcm_f32le pipe:1'),
      ];
    case 'film':
      return filmArgs(job);
    case 'still':
      return [
        ...words(`-f rawvideo -pix_fmt rgba -video_size ${job.width}x${job.height} -i pipe:0 -vf`),
        jpegFilter,
        ...words(`-frames:v 1 -c:v mjpeg -q:v ${jpegScale(job.quality)} -huffman optimal`),
        ...words('-flags:v +bitexact -f image2pipe pipe:1'),
      ];
  }
}

// Options before `-i` bind the demuxer and the decoders: one format, no protocol but the disk, no huge pictures.
function input({ path, demuxer }: Source): string[] {
  return [
    ...words(`-protocol_whitelist file -format_whitelist ${demuxer} -codec_whitelist ${decoders.join(',')}`),
    ...words(`-max_pixels ${mostPixels} -noautorotate -f ${demuxer} -i`),
    `file:${path}`,
  ];
}

// Two lists on one pipe, a line for each decoded frame, written at once: pictures as `framecrc` (without copying
// them), sound as `framehash`. In one list together, one track would be held in memory until the other comes.
function inspectArgs({ source, streams, mostPictures }: InspectJob): string[] {
  const listed = '-map_metadata -1 -sn -dn -flush_packets 1';
  const lists: Record<StreamKind, string> = {
    video:
      `-map 0:V:0 -c:v wrapped_avframe -fps_mode:v passthrough -enc_time_base:v 1/1000000 ` +
      `-frames:v ${mostPictures} ${listed} -f framecrc pipe:1`,
    audio: `-map 0:a:0 -c:a pcm_u8 -ac 1 -ar ${listedSoundRate} ${listed} -hash CRC32 -f framehash pipe:1`,
  };
  const mostErrors = words(`-max_error_rate ${(1 - leastDecoded).toFixed(2)}`);
  return [...mostErrors, ...input(source), ...streams.flatMap((kind) => words(lists[kind]))];
}

function picturesArgs({ source, filter, rate, startSeconds, frames }: PicturesJob): string[] {
  return [
    ...(startSeconds > 0 ? words(`-ss ${startSeconds.toFixed(6)}`) : []),
    ...input(source),
    ...words(`-map 0:V:0 -an -sn -dn -frames:v ${frames} -vf`),
    // Timed first: a picture that is left out need not be scaled.
    `fps=fps=${fraction(rate)}:start_time=0,${filter},format=rgba`,
    ...words('-f rawvideo -c:v rawvideo pipe:1'),
  ];
}

const bt709 = '-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709';

function filmArgs({ path, width, height, rate }: FilmJob): string[] {
  const { preset, crf, threads, secondsBetweenKeyFrames } = filmSettings;
  const keyFrameEvery = Math.round((secondsBetweenKeyFrames * rate.numerator) / rate.denominator);
  return [
    ...words(`-f rawvideo -pix_fmt yuv420p -video_size ${width}x${height} -framerate ${fraction(rate)}`),
    ...words(`${bt709} -probesize 32 -i pipe:0 -map 0:v:0 -fps_mode passthrough`),
    ...words(`-c:v libx264 -preset ${preset} -crf ${crf} -threads ${threads} -g ${keyFrameEvery}`),
    ...words(`-pix_fmt yuv420p ${bt709} -chroma_sample_location left ${mp4}`),
    `file:${path}`,
  ];
}

function addSoundArgs(film: string, path: string): string[] {
  return [
    ...words('-protocol_whitelist file -f mov -i'),
    `file:${film}`,
    ...words('-f f32le -ar 48000 -ac 2 -i pipe:0 -map 0:v:0 -map 1:a:0'),
    ...words(
      `-c:v copy -c:a aac -aac_coder ${filmSettings.soundCoder} -b:a ${filmSettings.soundBitRate} ${mp4}`,
    ),
    `file:${path}`,
  ];
}

// Bit-exact, so that no version of a program is written into the file.
const mp4 =
  '-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -movflags +faststart -f mp4';

const fraction = ({ numerator, denominator }: Rate) => `${numerator}/${denominator}`;
