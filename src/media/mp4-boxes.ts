import type { BytesOfFile } from './bytes-of-file.ts';
import { asStored, type Upright, uprightByMatrix } from './upright.ts';

/** What the index of an MP4 or MOV says; nothing here was decoded, and any of it may be a lie. */
export interface Mp4Index {
  /** The index stands before the media. */
  fastStart: boolean;
  /** The file ends where its last box does. */
  complete: boolean;
  /** The tracks are in a compressed box (`cmov`), as old QuickTime wrote it; a small one may unfold into gibibytes. */
  packed: boolean;
  tracks: Mp4Track[];
}

export interface Mp4Track {
  kind: 'video' | 'audio' | 'other';
  /** Pictures, or packets of sound. 0 in a fragmented file, whose index does not know. */
  samples: number;
  /** How long the track is shown. 0 in a fragmented file. */
  seconds: number;
  upright: Upright;
}

interface Box {
  type: string;
  /** Where its content begins, and its end. */
  start: number;
  end: number;
  /** There is as much of it as it claims. */
  whole: boolean;
}

const mostTopBoxes = 10_000;
const mostIndexBytes = 32_000_000;

/** Undefined if the file has no index, or none that can be followed. */
export async function readMp4Index(file: BytesOfFile): Promise<Mp4Index | undefined> {
  let mediaSeen = false;
  let index: Mp4Index | undefined;
  for (let at = 0, boxes = 0; boxes < mostTopBoxes && at < file.size; boxes++) {
    const box = readBox(await file.read(at, 16), 0, file.size - at);
    if (box === undefined) return index;
    if (box.type === 'moov' && index === undefined) {
      if (box.end - box.start > mostIndexBytes) return undefined;
      const moov = await file.read(at + box.start, box.end - box.start);
      const packed = boxesIn(moov).some(({ type }) => type === 'cmov');
      index = { fastStart: !mediaSeen, complete: false, packed, tracks: readTracks(moov) };
    }
    if (box.type === 'mdat' || box.type === 'moof') mediaSeen = true;
    at += box.end;
    if (at === file.size && index !== undefined) index.complete = box.whole;
  }
  return index;
}

function readTracks(moov: Buffer): Mp4Track[] {
  const boxes = boxesIn(moov);
  const header = contentOf(moov, boxes, 'mvhd');
  const timescale = header === undefined ? 0 : unsigned(header, header[0] === 1 ? 20 : 12);
  return boxes
    .filter(({ type }) => type === 'trak')
    .map((box) => readTrack(moov.subarray(box.start, box.end), timescale));
}

function readTrack(trak: Buffer, timescale: number): Mp4Track {
  const inTrack = boxesIn(trak);
  const header = contentOf(trak, inTrack, 'tkhd') ?? Buffer.alloc(0);
  const media = contentOf(trak, inTrack, 'mdia') ?? Buffer.alloc(0);
  const inMedia = boxesIn(media);
  const handler = contentOf(media, inMedia, 'hdlr')?.toString('latin1', 8, 12);
  const long = header[0] === 1;
  const duration = long ? unsigned(header, 28) * 2 ** 32 + unsigned(header, 32) : unsigned(header, 20);
  const unknown = !long && duration === 0xffff_ffff;
  return {
    kind: handler === 'vide' ? 'video' : handler === 'soun' ? 'audio' : 'other',
    samples: countSamples(contentOf(media, inMedia, 'minf') ?? Buffer.alloc(0)),
    seconds: timescale > 0 && !unknown ? duration / timescale : 0,
    upright: readMatrix(header, long ? 52 : 40),
  };
}

function countSamples(minf: Buffer): number {
  const table = contentOf(minf, boxesIn(minf), 'stbl') ?? Buffer.alloc(0);
  const inTable = boxesIn(table);
  const sizes = contentOf(table, inTable, 'stsz') ?? contentOf(table, inTable, 'stz2');
  return sizes === undefined ? 0 : unsigned(sizes, 8);
}

function readMatrix(header: Buffer, at: number): Upright {
  if (at + 36 > header.length) return asStored;
  const value = (index: number) => header.readInt32BE(at + index * 4);
  return uprightByMatrix(value(0), value(1), value(3), value(4));
}

/** The boxes that follow one another in `buffer`, as far as they make sense. */
export function boxesIn(buffer: Buffer, from = 0): Box[] {
  const boxes: Box[] = [];
  for (let at = from; boxes.length < mostTopBoxes; ) {
    const box = readBox(buffer.subarray(at, at + 16), at, buffer.length - at);
    if (box === undefined) break;
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

/** The content of the first box of a type. */
export function contentOf(buffer: Buffer, boxes: readonly Box[], type: string): Buffer | undefined {
  const box = boxes.find((candidate) => candidate.type === type);
  return box === undefined ? undefined : buffer.subarray(box.start, box.end);
}

// `room` is what is left from the box's first byte. A box that claims more is cut there.
function readBox(head: Buffer, at: number, room: number): Box | undefined {
  if (head.length < 8) return undefined;
  const short = head.readUInt32BE(0);
  const type = head.toString('latin1', 4, 8);
  if (short === 1 && head.length < 16) return undefined;
  const headLength = short === 1 ? 16 : 8;
  const size = short === 0 ? room : short === 1 ? Number(head.readBigUInt64BE(8)) : short;
  if (size < headLength) return undefined;
  return { type, start: at + headLength, end: at + Math.min(size, room), whole: size <= room };
}

const unsigned = (buffer: Buffer, at: number) => (at + 4 > buffer.length ? 0 : buffer.readUInt32BE(at));
