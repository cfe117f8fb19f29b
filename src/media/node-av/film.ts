import {
  AV_PIX_FMT_YUV420P,
  AVCHROMA_LOC_LEFT,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  AVFMT_FLAG_BITEXACT,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import { Dictionary, FormatContext, Frame, Rational } from 'node-av/lib';
import { filmSettings } from '../film-settings.ts';
import type { FilmJob } from '../job.ts';
import { must } from './must.ts';
import { readFully } from './question.ts';
import { soundTrack } from './sound-track.ts';
import { addTrack, encode, type Writer } from './writer.ts';

/**
 * Encodes I420 frames from stdin until it ends, and as much of the sound as the frames last, filled up with
 * silence: the two tracks end together.
 */
export async function film(job: FilmJob): Promise<void> {
  const { path, soundSamples } = job;
  const format = new FormatContext();
  must(format.allocOutputContext2(null, 'mp4', path), 'preparing the file');
  // Otherwise the file names the version of the muxer, and no two versions make the same bytes.
  format.setFlags(AVFMT_FLAG_BITEXACT);
  const pictures = await pictureTrack(format, job);
  const sound = soundSamples === undefined ? undefined : await soundTrack(format, soundSamples);
  must(await format.openOutput(), 'creating the file');
  must(await format.writeHeader(Dictionary.fromObject({ movflags: '+faststart' })), 'beginning the file');

  let frames = 0;
  const shownSeconds = () => (frames * job.rate.denominator) / job.rate.numerator;
  for await (const frame of incomingFrames(job)) {
    frame.pts = BigInt(frames);
    await encode(pictures, frame);
    frames += 1;
    await sound?.writeUntil(shownSeconds());
  }
  await encode(pictures, null);
  await sound?.end(shownSeconds());
  must(await format.writeTrailer(), 'ending the file');
  await format.closeOutput();
}

function pictureTrack(format: FormatContext, { width, height, rate }: FilmJob): Promise<Writer> {
  const fps = new Rational(rate.numerator, rate.denominator);
  return addTrack(format, {
    encoder: FF_ENCODER_LIBX264,
    set(encoder) {
      encoder.width = width;
      encoder.height = height;
      encoder.pixelFormat = AV_PIX_FMT_YUV420P;
      encoder.timeBase = new Rational(rate.denominator, rate.numerator);
      encoder.framerate = fps;
      encoder.sampleAspectRatio = new Rational(1, 1);
      encoder.gopSize = Math.round(
        (filmSettings.secondsBetweenKeyFrames * rate.numerator) / rate.denominator,
      );
      encoder.threadCount = filmSettings.threads;
      encoder.colorRange = AVCOL_RANGE_MPEG;
      encoder.colorSpace = AVCOL_SPC_BT709;
      encoder.colorPrimaries = AVCOL_PRI_BT709;
      encoder.colorTrc = AVCOL_TRC_BT709;
      encoder.chromaLocation = AVCHROMA_LOC_LEFT;
    },
    private: { preset: filmSettings.preset, crf: filmSettings.crf },
  });
}

// One frame is filled while x264 works on copies of those before: it never keeps a picture it was lent.
async function* incomingFrames({ width, height }: FilmJob): AsyncGenerator<Frame> {
  const bytes = Buffer.allocUnsafe((width * height * 3) / 2);
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = AV_PIX_FMT_YUV420P;
  must(frame.getBuffer(), 'allocating a frame');
  while (readFully(bytes)) {
    must(frame.makeWritable(), 'reusing a frame');
    must(frame.fromBuffer(bytes), 'filling a frame');
    yield frame;
  }
}
