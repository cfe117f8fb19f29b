import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { constants, crc32, type ZstdOptions, zstdCompress, zstdDecompress } from 'node:zlib';

/** First bytes of every file of ours; the digit is the version of this layout. */
const mark = Buffer.from('KINORA ASSET 1\n', 'latin1');
/** After it the CRC-32 of the rest, then the rest: key and asset, serialised and packed. */
const headBytes = mark.length + 4;

/** More than any picture, sound or clip comes to; what unpacks to more was not written here. */
const mostUnpackedBytes = 128 * 1024 * 1024;

/**
 * Zstandard 1 is smaller and faster than deflate 1 in both directions: measured on a cut-out photo (9.4 MB raw), 1.2
 * against 1.4 MB, 19 against 55 ms to write, 36 against 53 ms to read.
 */
const packing: ZstdOptions = {
  chunkSize: 1024 * 1024,
  maxOutputLength: mostUnpackedBytes,
  params: { [constants.ZSTD_c_compressionLevel]: 1 },
};
const pack = promisify<Buffer, ZstdOptions, Buffer>(zstdCompress);
const unpack = promisify<Buffer, ZstdOptions, Buffer>(zstdDecompress);
const unpacking: ZstdOptions = { chunkSize: packing.chunkSize, maxOutputLength: mostUnpackedBytes };

/** An asset as the bytes of a file: anything that a structured clone can hold, samples and pixels included. */
export async function writeAsset(key: string, asset: unknown): Promise<Buffer> {
  const packed = await pack(serialize({ key, asset }), packing);
  const head = Buffer.alloc(headBytes);
  mark.copy(head);
  head.writeUInt32BE(crc32(packed), mark.length);
  return Buffer.concat([head, packed]);
}

/** The asset in a file, or undefined if it is cut short, damaged, foreign, or another key's. Never throws. */
export async function readAsset(key: string, file: Buffer): Promise<{ asset: unknown } | undefined> {
  if (file.length <= headBytes || !file.subarray(0, mark.length).equals(mark)) return undefined;
  const packed = file.subarray(headBytes);
  if (crc32(packed) !== file.readUInt32BE(mark.length)) return undefined;
  try {
    const record: unknown = deserialize(await unpack(packed, unpacking));
    return isRecord(record) && record.key === key ? { asset: record.asset } : undefined;
  } catch {
    // Whole, but of a layout that this Node cannot read: nothing of ours, and so a miss.
    return undefined;
  }
}

const isRecord = (value: unknown): value is { key: unknown; asset: unknown } =>
  typeof value === 'object' && value !== null && 'key' in value && 'asset' in value;
