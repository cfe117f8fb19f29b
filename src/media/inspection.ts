import type { StreamKind } from './job.ts';
import { Nonsense } from './nonsense.ts';

/** One thing that a child met while decoding a file, in the order it met them. */
export type Inspected =
  /** The stream that will be decoded, unless its codec is not one of ours. */
  | { type: 'stream'; kind: StreamKind; codec: string; allowed: boolean }
  /** What the container says of its own length. */
  | { type: 'claim'; seconds: number }
  | {
      type: 'picture';
      /** Undefined where the file gives no time. */
      atSeconds: number | undefined;
      /** 0 where the file gives none. */
      lastsSeconds: number;
      width: number;
      height: number;
      /** Width of a pixel over its height. */
      pixelAspect: number;
    }
  | { type: 'sound'; seconds: number }
  /** How much of one stream the decoder refused. */
  | { type: 'damage'; packets: number; badPackets: number };

/** One line of text. */
export function writeInspected(found: Inspected): string {
  return `${JSON.stringify(found)}\n`;
}

/** Reads what `writeInspected` wrote. Throws on anything else: a child that was taken over may say anything. */
export function readInspected(line: string): Inspected {
  const told = readObject(line);
  const number = (name: string) => {
    const value = told[name];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw unknownLine(line);
    return value;
  };
  const { type, kind, codec, allowed } = told;
  if (type === 'stream') {
    if (kind !== 'video' && kind !== 'audio') throw unknownLine(line);
    if (typeof codec !== 'string' || !/^[\w.-]{1,40}$/.test(codec)) throw unknownLine(line);
    return { type, kind, codec, allowed: allowed === true };
  }
  if (type === 'claim' || type === 'sound') return { type, seconds: number('seconds') };
  if (type === 'damage') return { type, packets: number('packets'), badPackets: number('badPackets') };
  if (type !== 'picture') throw unknownLine(line);
  return {
    type,
    atSeconds: told['atSeconds'] === undefined ? undefined : number('atSeconds'),
    lastsSeconds: number('lastsSeconds'),
    width: number('width'),
    height: number('height'),
    pixelAspect: number('pixelAspect'),
  };
}

function readObject(line: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(line));
  } catch {
    throw unknownLine(line);
  }
}

function unknownLine(line: string): Nonsense {
  return new Nonsense(`The media child said ${JSON.stringify(line.slice(0, 80))}, which means nothing.`);
}
