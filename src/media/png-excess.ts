import { inflate } from 'node:zlib';
import type { BytesOfFile } from './bytes-of-file.ts';
import { type PngChunk, pngChunks } from './png-chunks.ts';

/** Of its colour profile and all its texts together, once unfolded; large profiles have two of these megabytes. */
const mostRemarkBytes = 16_777_216;

/**
 * What a PNG holds beyond its picture, if that is more than any picture needs. Decoders unfold profiles and texts into
 * memory, a gibibyte from each megabyte, and go on through pixels that lie behind the last row.
 */
export async function pngExcess(file: BytesOfFile): Promise<string | undefined> {
  let remarkBytes = 0;
  let pixelBytes = 0;
  let mostPixelBytes = 0;
  for await (const chunk of pngChunks(file)) {
    if (chunk.type === 'IHDR') mostPixelBytes = mostPackedBytes(await file.read(chunk.at, 13));
    if (chunk.type === 'IDAT') pixelBytes += chunk.length;
    if (remarks.includes(chunk.type))
      remarkBytes += await unfoldedBytes(file, chunk, mostRemarkBytes - remarkBytes);
    if (remarkBytes > mostRemarkBytes)
      return `its colour profile and texts unfold into more than the ${mostRemarkBytes / 1_048_576} megabytes that are opened here`;
  }
  return pixelBytes > mostPixelBytes ? 'it holds more pixels than its picture has' : undefined;
}

const remarks = ['iCCP', 'zTXt', 'iTXt'];

// Twice its rows leaves room for any encoder, interlacing included; no stream that unfolds into less is larger.
function mostPackedBytes(header: Buffer): number {
  if (header.length < 13) return 0;
  const samples = [1, 0, 3, 1, 2, 0, 4][header.readUInt8(9)] ?? 0;
  const rowBytes = 1 + Math.ceil((header.readUInt32BE(0) * header.readUInt8(8) * samples) / 8);
  return 2 * header.readUInt32BE(4) * rowBytes + 65_536;
}

/** More than `room` if it would be: nothing is unfolded any further. */
async function unfoldedBytes(
  file: BytesOfFile,
  { type, at, length }: PngChunk,
  room: number,
): Promise<number> {
  if (length > room) return length;
  const content = await file.read(at, length);
  const packed = packedPart(type, content);
  if (packed === undefined) return length;
  return new Promise((resolve) => {
    inflate(packed, { maxOutputLength: Math.max(1, room) }, (error, unfolded) => {
      if (error === null) resolve(unfolded.length);
      else resolve('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? room + 1 : length);
    });
  });
}

// A keyword that ends with NUL, then a byte of method; an international text says before that whether it is packed,
// and names its language and its translated keyword behind it.
function packedPart(type: string, content: Buffer): Buffer | undefined {
  const behindKeyword = content.indexOf(0) + 1;
  if (behindKeyword === 0) return undefined;
  if (type !== 'iTXt') return content.subarray(behindKeyword + 1);
  if (content[behindKeyword] !== 1) return undefined;
  const behindLanguage = content.indexOf(0, behindKeyword + 2) + 1;
  const behindTranslation = content.indexOf(0, behindLanguage) + 1;
  return behindLanguage === 0 || behindTranslation === 0 ? undefined : content.subarray(behindTranslation);
}
