import { AV_NOPTS_VALUE, AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { type CodecContext, type FormatContext, Frame, Packet, type Stream } from 'node-av/lib';

/** One stream being decoded. */
export interface Track {
  stream: Stream;
  decoder: CodecContext;
  /** The frame is only lent. `false`: nothing more is wanted from the file. */
  onFrame(frame: Frame): boolean | Promise<boolean>;
  packets: number;
  badPackets: number;
}

/** Feeds every packet of the tracks to their decoders, until the file ends or a track has enough. */
export async function decode(format: FormatContext, tracks: readonly Track[]): Promise<void> {
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  // A file whose reading fails in the middle ends there: the parent judges by what was decoded.
  while ((await format.readFrame(packet)) >= 0) {
    const track = tracks.find(({ stream }) => stream.index === packet.streamIndex);
    const goOn = track === undefined || (await feed(track, packet, frame));
    packet.unref();
    if (!goOn) return;
  }
  for (const track of tracks) if (!(await feed(track, null, frame))) return;
}

async function feed(track: Track, packet: Packet | null, frame: Frame): Promise<boolean> {
  if (packet !== null) track.packets += 1;
  const sent = await track.decoder.sendPacket(packet);
  if (sent < 0 && sent !== AVERROR_EOF) track.badPackets += 1;
  let failures = 0;
  // A failed frame may be followed by a good one of the same packet; two failures end the packet.
  while (failures < 2) {
    const received = await track.decoder.receiveFrame(frame);
    if (received === AVERROR_EAGAIN || received === AVERROR_EOF) return true;
    if (received < 0) {
      track.badPackets += 1;
      failures += 1;
      continue;
    }
    shapePixels(frame, track.stream);
    const goOn = await track.onFrame(frame);
    frame.unref();
    if (!goOn) return false;
  }
  return true;
}

// As players and the ffmpeg program do: the container's word on the shape of a pixel stands above the codec's.
function shapePixels(frame: Frame, { sampleAspectRatio }: Stream): void {
  if (sampleAspectRatio.num > 0 && sampleAspectRatio.den > 0) frame.sampleAspectRatio = sampleAspectRatio;
}

/** Seconds on the stream's clock; undefined where the file gives no time. */
export function secondsOf(timestamp: bigint, { timeBase }: Stream): number | undefined {
  return timestamp === AV_NOPTS_VALUE ? undefined : (Number(timestamp) * timeBase.num) / timeBase.den;
}
