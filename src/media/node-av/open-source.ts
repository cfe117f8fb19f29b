import { AV_DISPOSITION_ATTACHED_PIC, type AVMediaType } from 'node-av/constants';
import {
  avGetCodecName,
  Codec,
  CodecContext,
  Dictionary,
  FormatContext,
  InputFormat,
  type Stream,
} from 'node-av/lib';
import { decoders } from '../decoders.ts';
import type { Source } from '../job.ts';
import { mostPixels } from '../limits.ts';
import { must, present } from './must.ts';

/** Opens a foreign file with the one demuxer it may have, from the disk alone. */
export async function openSource({ path, demuxer }: Source): Promise<FormatContext> {
  const format = new FormatContext();
  const options = Dictionary.fromObject({ protocol_whitelist: 'file', format_whitelist: demuxer });
  must(
    await format.openInput(`file:${path}`, present(InputFormat.findInputFormat(demuxer), demuxer), options),
    'opening the file',
  );
  // To know a still's header in advance would mean to decode it once more, before the bounds of our own decoder.
  if (!describesItself(demuxer)) must(await format.findStreamInfo(), 'reading the stream headers');
  return format;
}

const describesItself = (demuxer: string) => demuxer.endsWith('_pipe') || demuxer === 'gif';

/** The first stream of a type; cover art is not a film. */
export function firstStream(format: FormatContext, type: AVMediaType): Stream | undefined {
  return format.streams.find(
    (stream) => stream.codecpar.codecType === type && !stream.hasDisposition(AV_DISPOSITION_ATTACHED_PIC),
  );
}

/** The name of a stream's codec, whether or not it may be decoded. */
export function codecName(stream: Stream): string {
  return avGetCodecName(stream.codecpar.codecId) ?? 'unknown';
}

/** An open decoder, or undefined for a codec that is not on our list. */
export async function openDecoder(stream: Stream): Promise<CodecContext | undefined> {
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  if (codec === null || !decoders.includes(codec.name ?? '')) return undefined;
  const context = new CodecContext();
  context.allocContext3(codec);
  must(context.parametersToContext(stream.codecpar), 'reading the codec parameters');
  context.pktTimebase = stream.timeBase;
  const options = Dictionary.fromObject({ threads: 'auto', max_pixels: mostPixels });
  must(await context.open2(codec, options), 'opening the decoder');
  return context;
}
