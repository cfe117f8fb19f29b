import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../../domain/errors.ts';
import type { Bitmap } from '../../../media/media.ts';

/** A background remover that the user installed beside Kinora; it looks at one photo and answers with its alpha. */
export interface RemovalPlugIn {
  /** Package and version: what its answers are kept under, and named by. */
  name: string;
  /** One byte a pixel, rows from the top, 0 for ground. */
  alphaOf(photo: Bitmap): Promise<Uint8Array>;
}

/** Those that can be chosen. Each has a licence of its own (AGPL), so nothing here asks for one unasked. */
export type RemovalPlugInName = 'imgly';

const packageName = '@imgly/background-removal-node';

/**
 * Finds the package and reads its version; it is loaded with the first photo. `beside` is a file of the installation
 * that has it. Throws an AppError where it is not installed.
 */
export function openRemovalPlugIn(beside: string = import.meta.url): RemovalPlugIn {
  const { version, entry } = foundPackage(beside);
  let loading: Promise<Segment> | undefined;
  return {
    name: `${packageName} ${version}`,
    async alphaOf(photo) {
      loading ??= loadSegment(entry);
      return alphaFrom(await loading, photo);
    },
  };
}

function foundPackage(beside: string): { version: string; entry: URL } {
  const path = packagePath(beside);
  const { version, module } = JSON.parse(readFileSync(path, 'utf8')) as { version: unknown; module: unknown };
  if (typeof version !== 'string' || typeof module !== 'string')
    throw new TypeError(`${path} names no version or no module.`);
  return { version, entry: new URL(module, pathToFileURL(path)) };
}

function packagePath(beside: string): string {
  try {
    const path = findPackageJSON(packageName, beside);
    if (path !== undefined) return path;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
  }
  throw new AppError(
    'unavailable',
    `The background remover "imgly" is set, but ${packageName} is not installed.`,
    {
      hint: `Install it beside Kinora (npm install --no-save ${packageName}; it is under the AGPL), or unset KINORA_BACKGROUND_REMOVAL.`,
    },
  );
}

/** As much of the package's face as is used: raw RGBA in, raw RGBA out, the alpha in its fourth byte. */
type Segment = (photo: Blob) => Promise<Blob>;

async function loadSegment(entry: URL): Promise<Segment> {
  const { removeBackground } = (await import(entry.href)) as { removeBackground?: unknown };
  if (typeof removeBackground !== 'function')
    throw new TypeError(`${packageName} has no function removeBackground.`);
  // Unless told, it looks for its model below the working directory.
  const publicPath = new URL('.', entry).href;
  return (photo) => removeBackground(photo, { publicPath, output: { format: 'image/x-rgba8' } });
}

async function alphaFrom(segment: Segment, { width, height, data }: Bitmap): Promise<Uint8Array> {
  const type = `image/x-rgba8;width=${width};height=${height}`;
  const answer = await segment(new Blob([new Uint8Array(data)], { type }));
  const rgba = new Uint8Array(await answer.arrayBuffer());
  if (rgba.length !== width * height * 4)
    throw new RangeError(`${packageName} answered ${rgba.length} bytes for a photo of ${width} x ${height}.`);
  return rgba.filter((_, at) => at % 4 === 3);
}
