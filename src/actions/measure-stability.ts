import { paletteDistance, type WeightedColour } from '../domain/palette-distance.ts';
import { paletteOf } from '../engines/local/understand/palette.ts';
import type { BundleRow } from '../store/bundles.ts';
import { keepPalette, listStyledOutputs, type StyledOutput } from '../store/palettes.ts';
import type { Owner } from '../store/read-generations.ts';
import type { Deps } from './deps.ts';

export interface Stability {
  outputs: number;
  /** In hundredths of Oklab, over every two outputs; undefined below two. */
  meanDistance: number | undefined;
  /** The one that is least like the others. */
  furthest: { generationId: string; distance: number } | undefined;
}

/** Enough to see a drift, and few enough to be decoded while somebody waits. */
const mostOutputs = 24;

const posterSide = 160;

/**
 * How alike the finished videos of a bundle look: the colours of their posters, compared pair by pair. It sees palette
 * and light, and neither shapes nor motion. Each poster is measured once.
 */
export async function measureStability(
  deps: Pick<Deps, 'store' | 'files' | 'media'>,
  owner: Owner,
  { references }: Pick<BundleRow, 'references'>,
): Promise<Stability> {
  const sha256s = references.filter(({ kind }) => kind === 'image').map(({ sha256 }) => sha256);
  const outputs =
    sha256s.length === 0 ? [] : await listStyledOutputs(deps.store, owner, { sha256s, limit: mostOutputs });
  const measured: { generationId: string; palette: readonly WeightedColour[] }[] = [];
  for (const output of outputs)
    measured.push({ generationId: output.generationId, palette: await paletteFor(deps, output) });
  const means = measured.map(({ generationId, palette }) => {
    const others = measured.filter((other) => other.generationId !== generationId);
    const sum = others.reduce((total, other) => total + paletteDistance(palette, other.palette), 0);
    return { generationId, distance: sum / others.length };
  });
  if (means.length < 2) return { outputs: means.length, meanDistance: undefined, furthest: undefined };
  const [furthest] = means.toSorted((a, b) => b.distance - a.distance);
  return {
    outputs: means.length,
    meanDistance: means.reduce((sum, { distance }) => sum + distance, 0) / means.length,
    furthest,
  };
}

async function paletteFor(
  { store, files, media }: Pick<Deps, 'store' | 'files' | 'media'>,
  { posterSha256, palette }: StyledOutput,
): Promise<readonly WeightedColour[]> {
  if (palette !== null) return palette;
  const bitmap = await media.decodeImage(await files.localPath(posterSha256), { maxSide: posterSide });
  const swatches = paletteOf(bitmap).map(({ colour, share }) => ({ ...colour, share }));
  await keepPalette(store, posterSha256, swatches);
  return swatches;
}
