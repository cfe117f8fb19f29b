import type { BytesOfFile } from './bytes-of-file.ts';
import { asStored, type Upright, uprightByExif } from './upright.ts';

const mostExifBytes = 65_536;
const mostChunks = 1_000;

/** How a JPEG, PNG or WebP must be turned, by its EXIF data. */
export async function imageUpright(file: BytesOfFile, container: 'jpeg' | 'png' | 'webp'): Promise<Upright> {
  const exif = await { jpeg: jpegExif, png: pngExif, webp: webpExif }[container](file);
  return exif === undefined ? asStored : uprightByExif(exifOrientation(exif));
}

async function jpegExif(file: BytesOfFile): Promise<Buffer | undefined> {
  let at = 2;
  for (let segment = 0; segment < mostChunks; segment++) {
    const head = await file.read(at, 10);
    if (head.length < 10 || head[0] !== 0xff) return undefined;
    const marker = head[1];
    // Fill bytes may stand before a marker; after start of scan (DA) come the pixels.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) return undefined;
    const length = head.readUInt16BE(2);
    if (marker === 0xe1 && head.toString('latin1', 4, 10) === 'Exif\0\0')
      return await file.read(at + 10, length - 8);
    at += 2 + length;
  }
  return undefined;
}

async function pngExif(file: BytesOfFile): Promise<Buffer | undefined> {
  let at = 8;
  for (let chunk = 0; chunk < mostChunks; chunk++) {
    const head = await file.read(at, 8);
    if (head.length < 8) return undefined;
    const length = head.readUInt32BE(0);
    if (head.toString('latin1', 4) === 'eXIf')
      return await file.read(at + 8, Math.min(length, mostExifBytes));
    at += 12 + length;
  }
  return undefined;
}

async function webpExif(file: BytesOfFile): Promise<Buffer | undefined> {
  let at = 12;
  for (let chunk = 0; chunk < mostChunks; chunk++) {
    const head = await file.read(at, 8);
    if (head.length < 8) return undefined;
    const length = head.readUInt32LE(4);
    if (head.toString('latin1', 0, 4) === 'EXIF') {
      const exif = await file.read(at + 8, Math.min(length, mostExifBytes));
      return exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
    }
    at += 8 + length + (length % 2);
  }
  return undefined;
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
