import type { Backend } from '../backend.ts';
import { decoders } from '../decoders.ts';
import type { Inspected } from '../inspection.ts';

interface Stream {
  kind: string;
  /** Seconds of one tick of the stream's clock. */
  tick: number;
  width: number;
  height: number;
  pixelAspect: number;
}

const soundRate = 48_000;

/** Understands the list that FFmpeg's `framecrc` format writes, and what FFmpeg says beside it. */
export const readFrameList: Backend['readInspection'] = () => {
  const streams = new Map<number, Stream>();

  function onLine(line: string): Inspected[] {
    const header = /^#(\w+) (\d+): (\S+)/.exec(line);
    if (header !== null) describe(streams, Number(header[2]), header[1] ?? '', header[3] ?? '');
    if (line.startsWith('#')) return [];
    const [index = 0, , pts = 0, duration = 0, size = 0] = line.split(',').map(Number);
    const stream = streams.get(index);
    if (stream?.kind === 'audio') return [{ type: 'sound', seconds: size / soundRate }];
    if (stream?.kind !== 'video') return [];
    const { width, height, pixelAspect } = stream;
    const atSeconds = pts * stream.tick;
    return [{ type: 'picture', atSeconds, lastsSeconds: duration * stream.tick, width, height, pixelAspect }];
  }

  return { onLine, onEnd: whatWasSaid };
};

function describe(streams: Map<number, Stream>, index: number, name: string, value: string): void {
  const stream = streams.get(index) ?? { kind: '', tick: 0, width: 0, height: 0, pixelAspect: 1 };
  streams.set(index, stream);
  const [first = 0, second = 0] = value.split(/[/x]/).map(Number);
  if (name === 'media_type') stream.kind = value;
  if (name === 'tb' && second > 0) stream.tick = first / second;
  if (name === 'dimensions') Object.assign(stream, { width: first, height: second });
  if (name === 'sar' && first > 0 && second > 0) stream.pixelAspect = first / second;
}

function whatWasSaid(said: string): Inspected[] {
  return [];
}
