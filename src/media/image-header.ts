import type { BytesOfFile } from './bytes-of-file.ts';
import { asStored, type Upright, uprightByExif } from './upright.ts';

const mostExifBytes = 65_536;
const mostParts = 20_000;
const stride = 65_536;

/** What the parts of a JPEG, PNG or WebP say without being decoded. */
export interface ImageHeader {
  upright: Upright;
  /** The file goes on to the end of its picture; decoders fill up what is missing with grey, without a word. */
  complete: boolean;
}

export async function readImageHeader(
  file: BytesOfFile,
  container: 'jpeg' | 'png' | 'webp',
): Promise<ImageHeader> {
  const { exif, complete } = await { jpeg: readJpeg, png: readPng, webp: readWebp }[container](file);
  return { complete, upright: exif === undefined ? asStored : uprightByExif(exifOrientation(exif)) };
}

interface Parts {
  exif?: Buffer;
  complete: boolean;
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
    // After the start of scan come the pixels, in which only an end of image can look like one.
    if (marker === 0xda) return { ...parts, complete: await hasEndOfImage(file, at) };
  }
  return parts;
}

async function hasEndOfImage(file: BytesOfFile, from: number): Promise<boolean> {
  const endOfImage = Buffer.from([0xff, 0xd9]);
  // One byte of overlap, so that a marker on the border is seen.
  for (let at = from; at < file.size; at += stride - 1)
    if ((await file.read(at, stride)).includes(endOfImage)) return true;
  return false;
}

async function readPng(file: BytesOfFile): Promise<Parts> {
  const parts: Parts = { complete: false };
  for (let at = 8, chunk = 0; chunk < mostParts; chunk++) {
    const head = await file.read(at, 8);
    if (head.length < 8) return parts;
    const [length, type] = [head.readUInt32BE(0), head.toString('latin1', 4)];
    if (type === 'eXIf') parts.exif ??= await file.read(at + 8, Math.min(length, mostExifBytes));
    if (type === 'IEND') return { ...parts, complete: true };
    at += 12 + length;
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
