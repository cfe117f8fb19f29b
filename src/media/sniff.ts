import type { ContainerName } from './containers.ts';

/** How many first bytes `sniff` wants; fewer if the file is shorter. */
export const headBytes = 4_096;

export type Sniffed = { status: 'known'; container: ContainerName } | { status: 'foreign'; reason: string };

/** Tells by its first bytes what a file is. Names, extensions and content types are not asked. */
export function sniff(head: Buffer): Sniffed {
  if (head.length === 0) return { status: 'foreign', reason: 'it is empty' };
  const container = knownContainer(head);
  if (container !== undefined) return { status: 'known', container };
  const media = otherMedia(head);
  if (media !== undefined)
    return { status: 'foreign', reason: `it is ${media}, a format that is not opened here` };
  return { status: 'foreign', reason: `it is ${notMedia(head)}, not an image, video or audio file` };
}

function knownContainer(head: Buffer): ContainerName | undefined {
  if (startsWith(head, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  if (/^GIF8[79]a/.test(word(head, 0, 6))) return 'gif';
  const riff = /^(?:RIFF|RF64)$/.test(word(head, 0)) ? word(head, 8) : '';
  if (riff === 'WEBP') return isAnimatedWebp(head) ? undefined : 'webp';
  if (riff === 'WAVE') return 'wav';
  if (startsWith(head, [0x1a, 0x45, 0xdf, 0xa3])) return matroskaFamily(head);
  if (word(head, 0) === 'OggS') return 'ogg';
  return mpeg4Family(head) ?? plainSound(head);
}

// The second bit of the flags in the extended header, which an animation must have.
function isAnimatedWebp(head: Buffer): boolean {
  return word(head, 8, 8) === 'WEBPVP8X' && ((head[20] ?? 0) & 0x02) !== 0;
}

function matroskaFamily(head: Buffer): ContainerName | undefined {
  // The element DocType (0x4282), its length, its text.
  const at = head.indexOf(Buffer.from([0x42, 0x82]));
  if (at < 0) return undefined;
  const docType = head.toString('latin1', at + 3, at + 11);
  if (docType.startsWith('webm')) return 'webm';
  return docType.startsWith('matroska') ? 'matroska' : undefined;
}

// Brands of pictures and of streams that are not whole files; every other brand is a film as we know it.
const foreignBrands: Record<string, string> = {
  heic: 'a HEIC photo',
  heix: 'a HEIC photo',
  heim: 'a HEIC photo',
  heis: 'a HEIC photo',
  hevc: 'a HEIC photo sequence',
  hevx: 'a HEIC photo sequence',
  mif1: 'a HEIF photo',
  msf1: 'a HEIF photo sequence',
  avis: 'an AVIF sequence',
  'crx ': 'a Canon raw photo',
};

function mpeg4Family(head: Buffer): ContainerName | undefined {
  const type = word(head, 4);
  // Before `ftyp` was invented, a QuickTime file began with one of these.
  if (['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'].includes(type)) return 'quicktime';
  if (type !== 'ftyp') return undefined;
  const brands = brandsOf(head);
  if (brands.includes('avif')) return 'avif';
  const [major = ''] = brands;
  if (major in foreignBrands) return undefined;
  return major === 'qt  ' ? 'quicktime' : 'mp4';
}

function brandsOf(head: Buffer): string[] {
  const end = Math.min(head.readUInt32BE(0), head.length);
  const brands = [word(head, 8)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(word(head, at));
  return brands;
}

function plainSound(head: Buffer): ContainerName | undefined {
  const at = word(head, 0, 3) === 'ID3' ? endOfId3(head) : 0;
  if (word(head, at) === 'fLaC') return 'flac';
  // A long tag hides the sound behind it; the decoder will find out whether it is really there.
  if (at + 4 > head.length) return at > 0 ? 'mp3' : undefined;
  const [first = 0, second = 0, third = 0] = head.subarray(at, at + 3);
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  if ((second & 0xf6) === 0xf0) return 'aac';
  const [version, layer, bitRate, sampleRate] = [second & 0x18, second & 0x06, third & 0xf0, third & 0x0c];
  return version !== 0x08 && layer === 0x02 && bitRate !== 0xf0 && sampleRate !== 0x0c ? 'mp3' : undefined;
}

// Four bytes of seven bits each.
function endOfId3(head: Buffer): number {
  if (head.length < 10) return head.length;
  return 10 + [...head.subarray(6, 10)].reduce((size, byte) => size * 128 + (byte & 0x7f), 0);
}

/** A sign at a place in the file, and what has it. */
type Sign = [at: number, sign: Buffer, name: string];

const text = (characters: string) => Buffer.from(characters, 'latin1');
const hex = (digits: string) => Buffer.from(digits, 'hex');

const otherMediaSigns: Sign[] = [
  [8, text('AVI '), 'an AVI video'],
  [0, text('BM'), 'a BMP image'],
  [0, hex('49492a00'), 'a TIFF image'],
  [0, hex('4d4d002a'), 'a TIFF image'],
  [0, text('8BPS'), 'a Photoshop image'],
  [0, hex('00000100'), 'an icon'],
  [0, hex('ff0a'), 'a JPEG XL image'],
  [0, hex('0000000c4a584c20'), 'a JPEG XL image'],
  [0, hex('0000000c6a502020'), 'a JPEG 2000 image'],
  [0, hex('ff4fff51'), 'a JPEG 2000 image'],
  [0, hex('3026b275'), 'a Windows Media file'],
  [0, text('FLV'), 'a Flash video'],
  [0, hex('000001ba'), 'an MPEG-1 or MPEG-2 video'],
  [0, hex('000001b3'), 'an MPEG-1 or MPEG-2 video'],
  [188, text('G'), 'an MPEG transport stream'],
  [0, text('MThd'), 'a MIDI file'],
  [0, text('#!AMR'), 'an AMR sound'],
  [0, text('caff'), 'a CAF sound'],
  [8, text('AIFF'), 'an AIFF sound'],
  [8, text('AIFC'), 'an AIFF sound'],
];

function otherMedia(head: Buffer): string | undefined {
  if (word(head, 4) === 'ftyp') return foreignBrands[word(head, 8)];
  if (isAnimatedWebp(head)) return 'an animated WebP image';
  const found = otherMediaSigns.find((sign) => hasSign(head, sign));
  // A transport stream repeats its sign every 188 bytes; elsewhere a single letter is no sign at all.
  return found?.[0] === 188 && head[0] !== 0x47 ? undefined : found?.[2];
}

const dataSigns: Sign[] = [
  [0, text('%PDF'), 'a PDF document'],
  [0, hex('504b0304'), 'a ZIP archive or an office document'],
  [0, hex('1f8b'), 'a gzip archive'],
  [0, text('Rar!'), 'an archive'],
  [0, hex('377abcaf'), 'an archive'],
  [0, hex('7f454c46'), 'a program'],
  [0, text('MZ'), 'a program'],
];

const hasSign = (head: Buffer, [at, sign]: Sign) => head.subarray(at, at + sign.length).equals(sign);

const textStarts: [pattern: RegExp, name: string][] = [
  [/^#EXTM3U/, 'an HLS playlist'],
  [/^ffconcat/, 'an ffconcat script'],
  [/^<(!doctype html|html|head|body)\b/i, 'a web page (HTML)'],
  [/<svg\b/i, 'an SVG drawing'],
  [/<MPD\b/, 'a DASH playlist'],
  [/<html\b/i, 'a web page (HTML)'],
  [/^<(\?xml|!|[a-z])/i, 'an XML or HTML document'],
  [/^[[{]/, 'a JSON or other text file'],
  [/^#!/, 'a script'],
];

function notMedia(head: Buffer): string {
  const data = dataSigns.find((sign) => hasSign(head, sign))?.[2];
  if (data !== undefined) return data;
  const characters = readText(head);
  if (characters === undefined) return 'an unknown kind of file';
  return textStarts.find(([pattern]) => pattern.test(characters))?.[1] ?? 'a text file';
}

// Undefined if the bytes are no text.
function readText(head: Buffer): string | undefined {
  if (startsWith(head, [0xff, 0xfe])) return new TextDecoder('utf-16le').decode(head).trimStart();
  if (startsWith(head, [0xfe, 0xff])) return new TextDecoder('utf-16be').decode(head).trimStart();
  const controls = head.filter((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b);
  const characters = new TextDecoder().decode(head);
  // One broken character may stand at the end, where the head was cut.
  const broken = characters.split('\ufffd').length - 1;
  return controls.length > 0 || broken > 1 ? undefined : characters.trimStart();
}

const word = (head: Buffer, at: number, length = 4) => head.toString('latin1', at, at + length);

const startsWith = (head: Buffer, bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
