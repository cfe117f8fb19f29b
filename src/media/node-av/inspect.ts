import { AV_NOPTS_VALUE, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import type { FormatContext, Frame, Stream } from 'node-av/lib';
import { type Inspected, writeInspected } from '../inspection.ts';
import type { InspectJob, StreamKind } from '../job.ts';
import { answer } from './answer.ts';
import { decode, secondsOf, type Track } from './decode.ts';
import { codecName, firstStream, openDecoder, openSource } from './open-source.ts';

const say = (found: Inspected) => answer(writeInspected(found));

/** Decodes a file and tells the parent, line by line, what is in it. */
export async function inspect({ source, streams, mostPictures }: InspectJob): Promise<void> {
  const format = await openSource(source);
  if (format.duration !== AV_NOPTS_VALUE)
    say({ type: 'claim', seconds: Number(format.duration) / 1_000_000 });
  let pictures = 0;
  const receivers = {
    video: (stream: Stream) => (frame: Frame) => {
      say(pictureOf(frame, stream));
      pictures += 1;
      return pictures < mostPictures;
    },
    audio: () => (frame: Frame) => {
      say({ type: 'sound', seconds: frame.nbSamples / frame.sampleRate });
      return true;
    },
  };
  const tracks: Track[] = [];
  for (const kind of streams) {
    const track = await openTrack(format, kind, receivers[kind]);
    if (track !== undefined) tracks.push(track);
  }
  await decode(format, tracks);
  for (const { packets, badPackets } of tracks) say({ type: 'damage', packets, badPackets });
}

async function openTrack(
  format: FormatContext,
  kind: StreamKind,
  receiver: (stream: Stream) => (frame: Frame) => boolean,
): Promise<Track | undefined> {
  const stream = firstStream(format, kind === 'video' ? AVMEDIA_TYPE_VIDEO : AVMEDIA_TYPE_AUDIO);
  if (stream === undefined) return undefined;
  const decoder = await openDecoder(stream);
  say({ type: 'stream', kind, codec: codecName(stream), allowed: decoder !== undefined });
  if (decoder === undefined) return undefined;
  return { stream, decoder, onFrame: receiver(stream), packets: 0, badPackets: 0 };
}

function pictureOf(frame: Frame, stream: Stream): Inspected {
  const { num, den } = frame.sampleAspectRatio;
  return {
    type: 'picture',
    atSeconds: secondsOf(frame.bestEffortTimestamp, stream),
    lastsSeconds: secondsOf(frame.duration, stream) ?? 0,
    width: frame.width,
    height: frame.height,
    pixelAspect: num > 0 && den > 0 ? num / den : 1,
  };
}
