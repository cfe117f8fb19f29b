import {
  AV_CODEC_FLAG_BITEXACT,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  type FFEncoderCodec,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  Dictionary,
  type FormatContext,
  type Frame,
  Packet,
  type Stream,
} from 'node-av/lib';
import { must, present } from './must.ts';

/** One coded track of the file being made. */
export interface Writer {
  format: FormatContext;
  encoder: CodecContext;
  stream: Stream;
}

/** Adds a track whose encoder is opened after `set` has described it. */
export async function addTrack(
  format: FormatContext,
  options: {
    encoder: FFEncoderCodec;
    set(encoder: CodecContext): void;
    private: Record<string, string | number>;
  },
): Promise<Writer> {
  const codec = present(Codec.findEncoderByName(options.encoder), `the encoder ${options.encoder}`);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  options.set(encoder);
  // Bit-exact: otherwise AAC carries the version of the library in its first packet.
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_FLAG_BITEXACT);
  must(await encoder.open2(codec, Dictionary.fromObject(options.private)), `opening ${options.encoder}`);
  const stream = format.newStream();
  stream.timeBase = encoder.timeBase;
  must(stream.codecpar.fromContext(encoder), 'describing a track');
  return { format, encoder, stream };
}

/** Codes one frame (null: the end) and writes what the encoder has ready. */
export async function encode({ format, encoder, stream }: Writer, frame: Frame | null): Promise<void> {
  must(await encoder.sendFrame(frame), 'encoding a frame');
  const packet = new Packet();
  packet.alloc();
  for (;;) {
    const received = await encoder.receivePacket(packet);
    if (received === AVERROR_EAGAIN || received === AVERROR_EOF) break;
    must(received, 'encoding a frame');
    packet.streamIndex = stream.index;
    // x264 leaves it open, and the muxer would then end the film before its last picture.
    if (packet.duration === 0n) packet.duration = 1n;
    packet.rescaleTs(encoder.timeBase, stream.timeBase);
    must(await format.interleavedWriteFrame(packet), 'writing to the file');
  }
  packet.free();
}
