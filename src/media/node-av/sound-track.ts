import { AV_SAMPLE_FMT_FLTP, FF_ENCODER_AAC } from 'node-av/constants';
import { avChannelLayoutDefault, type FormatContext, Frame, Rational } from 'node-av/lib';
import { filmSettings } from '../film-settings.ts';
import { must, present } from './must.ts';
import { readFully } from './question.ts';
import { addTrack, encode, type Writer } from './writer.ts';

const rate = 48_000;

/** A sound track that is written a little at a time, as the pictures beside it are. */
export interface SoundTrack {
  /** Writes every whole frame of sound that begins before `seconds`. */
  writeUntil(seconds: number): Promise<void>;
  /** Writes the rest up to `seconds` exactly. */
  end(seconds: number): Promise<void>;
}

/** Reads `samples` of interleaved stereo float from stdin; after them comes silence. */
export async function soundTrack(format: FormatContext, samples: number): Promise<SoundTrack> {
  const writer = await addTrack(format, {
    encoder: FF_ENCODER_AAC,
    set(encoder) {
      encoder.sampleRate = rate;
      encoder.sampleFormat = AV_SAMPLE_FMT_FLTP;
      encoder.channelLayout = avChannelLayoutDefault(2);
      encoder.timeBase = new Rational(1, rate);
      encoder.bitRate = BigInt(filmSettings.soundBitRate);
    },
    private: { aac_coder: filmSettings.soundCoder },
  });
  const bytes = Buffer.alloc(samples * 8);
  if (samples > 0 && !readFully(bytes)) throw new Error('the sound did not arrive');
  const sound = new Float32Array(bytes.buffer, bytes.byteOffset, samples * 2);
  const step = writer.encoder.frameSize;
  let written = 0;
  const write = async (count: number) => {
    await encode(writer, soundFrame(sound, written, count, writer));
    written += count;
  };
  const writeUntil = async (seconds: number) => {
    while (written + step <= Math.round(seconds * rate)) await write(step);
  };
  return {
    writeUntil,
    async end(seconds) {
      await writeUntil(seconds);
      const rest = Math.round(seconds * rate) - written;
      if (rest > 0) await write(rest);
      await encode(writer, null);
    },
  };
}

function soundFrame(sound: Float32Array, from: number, count: number, { encoder }: Writer): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_SAMPLE_FMT_FLTP;
  frame.sampleRate = rate;
  frame.channelLayout = encoder.channelLayout;
  frame.nbSamples = count;
  must(frame.getBuffer(), 'allocating sound');
  frame.pts = BigInt(from);
  const planes = present(frame.data, 'the planes of a sound frame');
  for (const channel of [0, 1]) {
    const plane = present(planes[channel], 'a plane of a sound frame');
    for (let index = 0; index < count; index++)
      plane.writeFloatLE(sound[(from + index) * 2 + channel] ?? 0, index * 4);
  }
  return frame;
}
