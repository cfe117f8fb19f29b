import type { BytesOfFile } from './bytes-of-file.ts';
import { pngChunks } from './png-chunks.ts';
import { asStored, type Upright, uprightByExif } from './upright.ts';

const mostExifBytes = 65_536;
const mostParts = 20_000;
const stride = 65_536;

/** What the parts of a JPEG, PNG or WebP say without being decoded. */
export interface ImageHeader {
  upright: Upright;
  /** The file goes on to the end of its picture; decoders fill up what is missing with grey, without a word. */
  complete: boolean;
  /** In how many passes a JPEG is drawn, each of which costs as much as the whole picture. */
  passes?: number;
}

export async function readImageHeader(
  file: BytesOfFile,
  container: 'jpeg' | 'png' | 'webp',
): Promise<ImageHeader> {
  const { exif, ...rest } = await { jpeg: readJpeg, png: readPng, webp: readWebp }[container](file);
  return { ...rest, upright: exif === undefined ? asStored : uprightByExif(exifOrientation(exif)) };
}

interface Parts extends Omit<ImageHeader, 'upright'> {
  exif?: Buffer;
}

async function readJpeg(file: BytesOfFile): Promise<Parts> {
  const parts: Parts = { complete: false };
  for (let at = 2, segment = 0; segment < mostParts; segment++) {
    const head = await file.read(at, 10);
    if (head.length < 4 || head[0] !== 0xff) return parts;
    const marker = head[1];
    // Fill bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = head.readUInt16BE(2);
    if (marker === 0xe1 && head.toString('latin1', 4, 10) === 'Exif\0\0')
      parts.exif ??= await file.read(at + 10, length - 8);
    at += 2 + length;
    if (marker === 0xda) return { ...parts, ...(await readPasses(file, at)) };
  }
  return parts;
}

// From behind the first start of scan. Among pixels, only a marker can look like one.
async function readPasses(file: BytesOfFile, from: number): Promise<{ complete: boolean; passes: number }> {
  const [endOfImage, startOfScan] = [Buffer.from([0xff, 0xd9]), Buffer.from([0xff, 0xda])];
  let passes = 1;
  // One byte of overlap, so that a marker on the border is seen.
  for (let at = from; at < file.size; at += stride - 1) {
    const bytes = await file.read(at, stride);
    const end = bytes.indexOf(endOfImage);
    const pixels = end < 0 ? bytes : bytes.subarray(0, end);
    for (let scan = pixels.indexOf(startOfScan); scan >= 0; scan = pixels.indexOf(startOfScan, scan + 2))
      passes += 1;
    if (end >= 0) return { complete: true, passes };
  }
  return { complete: false, passes };
}

async function readPng(file: BytesOfFile): Promise<Parts> {
  const parts: Parts = { complete: false };
  for await (const { type, at, length } of pngChunks(file)) {
    if (type === 'eXIf') parts.exif ??= await file.read(at, Math.min(length, mostExifBytes));
    if (type === 'IEND') parts.complete = true;
  }
  return parts;
}

async function readWebp(file: BytesOfFile): Promise<Parts> {
  const size = (await file.read(0, 12)).readUInt32LE(4);
  const parts: Parts = { complete: 8 + size <= file.size };
  for (let at = 12, chunk = 0; chunk < mostParts; chunk++) {
    const head = await file.read(at, 8);
    if (head.length < 8) return parts;
    const length = head.readUInt32LE(4);
    if (head.toString('latin1', 0, 4) === 'EXIF') {
      const exif = await file.read(at + 8, Math.min(length, mostExifBytes));
      return { ...parts, exif: exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif };
    }
    at += 8 + length + (length % 2);
  }
  return parts;
}

const orientationTag = 0x0112;

/** The orientation in a TIFF structure, or 1. Reads only the first directory, where it must stand. */
export function exifOrientation(tiff: Buffer): number {
  const order = tiff.toString('latin1', 0, 2);
  if ((order !== 'II' && order !== 'MM') || tiff.length < 8) return 1;
  const little = order === 'II';
  const short = (at: number) =>
    at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const entries = short(directory);
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > tiff.length) return 1;
    if (short(at) === orientationTag) return short(at + 8);
  }
  return 1;
}
