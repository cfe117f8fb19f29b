import type { Inspected } from '../inspection.ts';

// Values of metadata stand deeper in the line than these, so a title cannot pretend to be a stream.
const streamLine = /^ {2}Stream #0:\d+(?:\[\w+\])?(?:\(\w+\))?: (Video|Audio): (\w+)(.*)$/gm;

/** The first stream of each kind, and the length of the file, as FFmpeg describes its input on stderr. */
export function readStreams(said: string): Inspected[] {
  const refused = new Set([...said.matchAll(/Codec \((\w+)\) not on whitelist/g)].map(([, codec]) => codec));
  const found: Inspected[] = [];
  for (const [, word, codec = '', rest = ''] of said.matchAll(streamLine)) {
    const kind = word === 'Video' ? 'video' : 'audio';
    const isFirst = found.every((other) => other.type !== 'stream' || other.kind !== kind);
    if (isFirst && !rest.includes('(attached pic)'))
      found.push({ type: 'stream', kind, codec, allowed: !refused.has(codec) });
  }
  const length = /^ {2}Duration: (\d+):(\d+):([\d.]+)/m.exec(said);
  if (length !== null) {
    const [, hours, minutes, seconds] = length;
    found.push({ type: 'claim', seconds: Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds) });
  }
  return found;
}

/** How much of its input FFmpeg could not decode, if that made it give up. */
export function readComplaints(said: string): Inspected[] {
  const rate = /decode error rate ([\d.]+) exceeds/i.exec(said)?.[1];
  return rate === undefined
    ? []
    : [{ type: 'damage', packets: 1_000, badPackets: Math.round(Number(rate) * 1_000) }];
}
