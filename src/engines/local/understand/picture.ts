import type { ReferenceRole } from '../../../domain/request.ts';
import type { Bitmap } from '../../../media/media.ts';
import { fitBackground, surfaceAt } from './background.ts';
import { drawnAs } from './drawn.ts';
import { subjectOfAlpha } from './given-alpha.ts';
import { type Bleed, runsOverEdge } from './matte/bleed.ts';
import { cutOut, trustworthy } from './matte.ts';
import { oklabPlanes } from './oklab.ts';
import { paletteOf, type Swatch } from './palette.ts';
import type { Box } from './soft-edge.ts';

/**
 * What a picture is to the film: a `product` stands on the set, a `detail` is a close-up of one, a `logo` closes
 * the film, a `style` lends its colours, a `scene` is shown as it is, and a `screen`, drawn to be read, as a whole card.
 */
export type PictureRole = 'product' | 'detail' | 'logo' | 'style' | 'scene' | 'screen';

export interface Picture {
  /** The n of `@Image1`. */
  position: number;
  role: PictureRole;
  /** Whether the caller named the role, or it was guessed from the pixels. */
  roleIsGiven: boolean;
  bitmap: Bitmap;
  /** Present where the subject could be freed with confidence. */
  subject?: Subject;
  /** Of the subject where there is one, else of the whole picture. */
  palette: Swatch[];
  /** The background remover that was asked for the outline, and why it gave none, if it broke down. */
  plugIn?: { name: string; failed?: string };
}

/** Whether a picture would stand on the set if only its subject could be freed. */
export const lacksOutline = ({ role, subject }: Picture) =>
  (role === 'product' || role === 'logo') && subject === undefined;

export interface Subject {
  cutOut: Bitmap;
  /** How it is shown where its clear glass lets the set through; absent where nothing of it does. */
  seeThrough?: Bitmap;
  box: Box;
  /** The photo's own shadow, 0 to 255 a pixel; absent for a picture that came with alpha. */
  shadow?: Uint8Array;
  bleed: Bleed;
}

/** Which role a given one plays here; undefined where the role is not one of a picture shown or followed. */
const given: Partial<Record<ReferenceRole, PictureRole>> = {
  product: 'product',
  detail: 'detail',
  style: 'style',
  scene: 'scene',
  logo: 'logo',
  person: 'scene',
  first_frame: 'scene',
};

export interface PictureOptions {
  bitmap: Bitmap;
  position: number;
  role?: ReferenceRole;
  /** Shown as it is whatever it looks like: the one picture of image-to-video. */
  asScene?: boolean;
  /** Which pixels are the subject, where somebody else has found that out: one byte a pixel, 0 for ground. */
  alpha?: Uint8Array;
}

/** Understands one image: its role, its subject without the ground, its colours. */
export function understandPicture(options: PictureOptions): Picture {
  const { bitmap, position, asScene = false } = options;
  const named = asScene ? 'scene' : options.role === undefined ? undefined : given[options.role];
  const picture = (role: PictureRole, subject?: Subject): Picture => ({
    position,
    role,
    roleIsGiven: named !== undefined,
    bitmap,
    palette: paletteOf(subject?.cutOut ?? bitmap),
    ...(subject === undefined ? {} : { subject }),
  });
  if (named === 'scene' || named === 'style') return picture(named);
  if (options.alpha !== undefined) return picture(named ?? 'product', subjectOfAlpha(bitmap, options.alpha));
  const own = ownAlpha(bitmap);
  if (own !== undefined) return picture(named ?? (isFlat(bitmap) ? 'logo' : 'product'), own);
  const drawn = named === undefined ? drawnAs(bitmap) : undefined;
  if (drawn === 'screen') return picture('screen');
  if (drawn === undefined && isPlainlyRoom(bitmap)) return picture(named ?? 'scene');
  const { plainness, groundChroma, ...matte } = cutOut(bitmap);
  const confidence = isTiny(bitmap) ? 0 : matte.confidence;
  if (drawn === 'mark') return picture('logo', confidence < trustworthy ? undefined : matte);
  const isCloseUp = runsOverEdge(matte.bleed);
  // A painted wall is plain too; what runs over its edges is a room, not a close-up.
  const isRoom = isCloseUp && (groundChroma > 0.035 || plainness < 0.7);
  if (isRoom) return picture(named ?? 'scene');
  // On a plain ground it is still a product or a part of one, only that it must be shown with its photo around it.
  if (confidence < trustworthy)
    return picture(named ?? (isCloseUp ? 'detail' : plainness > 0.8 ? 'product' : 'scene'));
  return picture(named ?? (isCloseUp ? 'detail' : 'product'), matte);
}

/** Whether a photo has too few pixels for an outline: enlarged, each wrong one is seen, and JPEG leaves many. */
export const isTiny = ({ width, height }: Bitmap) => Math.max(width, height) < leastSide;

/** Pixels of the longer side from which photos are cut out. */
export const leastSide = 400;

/** Whether the rim alone shows that this is no product photo; spares a costly cut-out. */
function isPlainlyRoom(bitmap: Bitmap): boolean {
  const rough = fitBackground(oklabPlanes(shrunk(bitmap, 4)));
  const chroma = Math.hypot(surfaceAt(rough.a, 0, 0), surfaceAt(rough.b, 0, 0));
  return rough.plainness < 0.6 || (chroma > 0.035 && rough.plainness < 0.88);
}

/** Every n-th pixel of every n-th row. */
function shrunk({ width, height, data }: Bitmap, step: number): Bitmap {
  const small = { width: Math.floor(width / step), height: Math.floor(height / step) };
  if (small.width < 16 || small.height < 16) return { width, height, data };
  const picked = Buffer.alloc(small.width * small.height * 4);
  for (let y = 0; y < small.height; y++)
    for (let x = 0; x < small.width; x++)
      data.copy(
        picked,
        (y * small.width + x) * 4,
        (y * width + x) * step * 4,
        (y * width + x) * step * 4 + 4,
      );
  return { ...small, data: picked };
}

/** The subject of a picture that came with transparency, or undefined if it has none worth the name. */
function ownAlpha({ width, height, data }: Bitmap): Subject | undefined {
  const box: Box = { left: width, top: height, right: 0, bottom: 0 };
  let clear = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const alpha = data[(y * width + x) * 4 + 3] ?? 0;
      if (alpha < 16) {
        clear++;
        continue;
      }
      if (x < box.left) box.left = x;
      if (x >= box.right) box.right = x + 1;
      if (y < box.top) box.top = y;
      if (y >= box.bottom) box.bottom = y + 1;
    }
  const isCutOut = clear > width * height * 0.05 && box.right > box.left;
  const none = { left: 0, right: 0, top: 0, bottom: 0 };
  return isCutOut ? { cutOut: { width, height, data }, box, bleed: none } : undefined;
}

/** A drawn mark has a few even colours; a photo has many. */
function isFlat(bitmap: Bitmap): boolean {
  const colours = new Set<number>();
  let counted = 0;
  const { width, height, data } = bitmap;
  const step = Math.max(1, Math.round(Math.sqrt((width * height) / 20_000)));
  for (let y = 0; y < height; y += step)
    for (let x = 0; x < width; x += step) {
      const at = (y * width + x) * 4;
      if ((data[at + 3] ?? 0) < 250) continue;
      counted++;
      colours.add(
        ((data[at] ?? 0) >> 3) * 1024 + ((data[at + 1] ?? 0) >> 3) * 32 + ((data[at + 2] ?? 0) >> 3),
      );
    }
  return colours.size < Math.max(12, counted * 0.01);
}
