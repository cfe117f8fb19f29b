import type { Note } from '../../../domain/plan.ts';
import type { Bitmap } from '../../../media/media.ts';
import { trustworthy } from './matte.ts';

/** A background remover that the user installed beside Kinora; it looks at one photo and answers with its alpha. */
export interface RemovalPlugIn {
  name: string;
  /** One byte a pixel, rows from the top, 0 for ground. */
  alphaOf(photo: Bitmap): Promise<Uint8Array>;
}

export interface RemovalPlugInOptions {
  /** The user's own choice: the package has a licence (AGPL) of its own, and nothing here asks for it unasked. */
  enabled: boolean;
  /** Where the package comes from; by default the user's installation. */
  load?(packageName: string): Promise<unknown>;
}

const packageName = '@imgly/background-removal-node';

/** The plug-in, or undefined where it is not enabled or not installed. A broken installation throws. */
export async function loadRemovalPlugIn(options: RemovalPlugInOptions): Promise<RemovalPlugIn | undefined> {
  const { enabled, load = (name) => import(name) } = options;
  if (!enabled) return undefined;
  let loaded: unknown;
  try {
    loaded = await load(packageName);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const segment = segmenterOf(loaded);
  return { name: packageName, alphaOf: (photo) => alphaFrom(segment, photo) };
}

/** Whether our own cut-out is so uncertain that the plug-in is asked. */
export const wantsPlugIn = (confidence: number) => confidence < trustworthy;

/** Says to the user whose outline the film shows. */
export const plugInNote = (position: number, { name }: RemovalPlugIn): Note => ({
  code: 'matte_plug_in',
  pointer: `/reference_images/${position - 1}`,
  message: `Image ${position} could not be cut out cleanly by Kinora itself; its outline comes from ${name}.`,
});

/** As much of the package's face as is used: raw RGBA in, raw RGBA out, the alpha in its fourth byte. */
type Segment = (image: Blob, config: object) => Promise<Blob>;

function segmenterOf(loaded: unknown): Segment {
  const found = (loaded as { removeBackground?: unknown }).removeBackground;
  if (typeof found !== 'function') throw new TypeError(`${packageName} has no function removeBackground.`);
  return found as Segment;
}

async function alphaFrom(segment: Segment, { width, height, data }: Bitmap): Promise<Uint8Array> {
  const type = `image/x-rgba8;width=${width};height=${height}`;
  const answer = await segment(new Blob([new Uint8Array(data)], { type }), {
    output: { format: 'image/x-rgba8' },
  });
  const rgba = new Uint8Array(await answer.arrayBuffer());
  if (rgba.length !== width * height * 4)
    throw new RangeError(`${packageName} answered ${rgba.length} bytes for a photo of ${width} x ${height}.`);
  return rgba.filter((_, at) => at % 4 === 3);
}

const isMissing = (error: unknown) =>
  error instanceof Error &&
  'code' in error &&
  error.code === 'ERR_MODULE_NOT_FOUND' &&
  error.message.includes(packageName);
