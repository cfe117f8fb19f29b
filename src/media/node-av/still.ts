import {
  AV_CODEC_FLAG_BITEXACT,
  AV_CODEC_FLAG_QSCALE,
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUVJ420P,
  FF_ENCODER_MJPEG,
  FF_QP2LAMBDA,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, Frame, Packet, Rational } from 'node-av/lib';
import { jpegFilter, jpegScale } from '../filters.ts';
import { answer } from './answer.ts';
import { filterChain } from './filter-chain.ts';
import { must, present } from './must.ts';
import { readFully } from './question.ts';

/** Reads RGBA from stdin and answers with a JPEG without any metadata. */
export async function still(job: { width: number; height: number; quality: number }): Promise<void> {
  const { width, height } = job;
  const pixels = Buffer.allocUnsafe(width * height * 4);
  if (!readFully(pixels)) throw new Error('the picture did not arrive');
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = AV_PIX_FMT_RGBA;
  must(frame.getBuffer(), 'allocating the picture');
  must(frame.fromBuffer(pixels), 'filling the picture');
  const encoder = await openEncoder(job);
  const converted: Frame[] = [];
  await filterChain(jpegFilter).push(
    frame,
    (result) => converted.push(present(result.clone(), 'the picture')) < 1,
  );
  const picture = present(converted[0], 'the converted picture');
  picture.quality = jpegScale(job.quality) * FF_QP2LAMBDA;
  must(await encoder.sendFrame(picture), 'encoding the picture');
  const packet = new Packet();
  packet.alloc();
  must(await encoder.receivePacket(packet), 'encoding the picture');
  answer(present(packet.data, 'the JPEG'));
}

async function openEncoder({ width, height }: { width: number; height: number }): Promise<CodecContext> {
  const codec = present(Codec.findEncoderByName(FF_ENCODER_MJPEG), 'the JPEG encoder');
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = width;
  encoder.height = height;
  encoder.pixelFormat = AV_PIX_FMT_YUVJ420P;
  encoder.timeBase = new Rational(1, 1);
  encoder.setFlags(AV_CODEC_FLAG_QSCALE, AV_CODEC_FLAG_BITEXACT);
  must(await encoder.open2(codec, Dictionary.fromObject({ huffman: 'optimal' })), 'opening the JPEG encoder');
  return encoder;
}
