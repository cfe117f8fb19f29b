import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';

/**
 * The characters a WOFF2 font really has glyphs for, read from its `cmap`. File layout: W3C "WOFF File Format 2.0",
 * sections 4 and 5; `cmap` formats 4 and 12: the OpenType specification. Only `glyf`, `loca` and `hmtx` are ever
 * stored transformed, so `cmap` stands in the unpacked stream as in a plain font.
 */
export function readCoverage(path: string): ReadonlySet<number> {
  const file = readFileSync(path);
  if (file.readUInt32BE(0) !== 0x774f4632) throw new Error(`${path} is not a WOFF2 font.`);
  const { tables, dataOffset } = readDirectory(file);
  const data = brotliDecompressSync(file.subarray(dataOffset, dataOffset + file.readUInt32BE(20)));
  const place = tables.get('cmap');
  if (place === undefined) throw new Error(`${path} has no character map.`);
  return readCmap(data.subarray(place.offset, place.offset + place.length));
}

interface Directory {
  tables: Map<string, { offset: number; length: number }>;
  dataOffset: number;
}

/** Positions in the list of well-known tags; only those that change how the directory is read, and ours. */
const knownTags: Record<number, string> = { 0: 'cmap', 10: 'glyf', 11: 'loca' };

function readDirectory(file: Buffer): Directory {
  const tables: Directory['tables'] = new Map();
  const count = file.readUInt16BE(12);
  let at = 48;
  let offset = 0;
  const base128 = () => {
    let value = 0;
    let byte: number;
    do {
      byte = file.readUInt8(at++);
      value = value * 128 + (byte & 127);
    } while (byte & 128);
    return value;
  };
  for (let index = 0; index < count; index++) {
    const flags = file.readUInt8(at++);
    const known = flags & 63;
    const tag = known === 63 ? file.toString('latin1', at, at + 4) : (knownTags[known] ?? `#${known}`);
    if (known === 63) at += 4;
    const version = flags >> 6;
    const transformed = tag === 'glyf' || tag === 'loca' ? version !== 3 : version !== 0;
    const plainLength = base128();
    const length = transformed ? base128() : plainLength;
    tables.set(tag, { offset, length });
    offset += length;
  }
  return { tables, dataOffset: at };
}

function readCmap(cmap: Buffer): Set<number> {
  const characters = new Set<number>();
  for (let index = 0; index < cmap.readUInt16BE(2); index++) {
    const subtable = cmap.subarray(cmap.readUInt32BE(4 + index * 8 + 4));
    const format = subtable.readUInt16BE(0);
    if (format === 4) readFormat4(subtable, characters);
    if (format === 12) readFormat12(subtable, characters);
  }
  return characters;
}

function readFormat4(table: Buffer, characters: Set<number>): void {
  const doubled = table.readUInt16BE(6);
  const [ends, starts, deltas, offsets] = [14, 16 + doubled, 16 + 2 * doubled, 16 + 3 * doubled] as const;
  for (let at = 0; at < doubled; at += 2) {
    const start = table.readUInt16BE(starts + at);
    const end = table.readUInt16BE(ends + at);
    const delta = table.readUInt16BE(deltas + at);
    const offset = table.readUInt16BE(offsets + at);
    for (let code = start; code <= end && code < 0xffff; code++) {
      const listed = offset === 0 ? code : table.readUInt16BE(offsets + at + offset + 2 * (code - start));
      const glyph = offset !== 0 && listed === 0 ? 0 : (listed + delta) & 0xffff;
      if (glyph !== 0) characters.add(code);
    }
  }
}

function readFormat12(table: Buffer, characters: Set<number>): void {
  for (let group = 0; group < table.readUInt32BE(12); group++) {
    const at = 16 + group * 12;
    const end = table.readUInt32BE(at + 4);
    for (let code = table.readUInt32BE(at); code <= end; code++) characters.add(code);
  }
}
