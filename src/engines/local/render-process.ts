import { createMedia } from '../../media/create-media.ts';
import { type AssetCache, openAssetCache } from './cache/asset-cache.ts';
import { drawStrip } from './draw-strip.ts';
import { type FilmJob, makeFilm } from './make-film.ts';
import { createPlanner, type Planner } from './planner/planner.ts';
import type { RenderOrder, RenderReport } from './render-messages.ts';
import { openRemovalPlugIn } from './understand/removal-plug-in.ts';

// One process, one film: the API's event loop never draws, and a crash here costs one attempt.
const abort = new AbortController();

/** A local model on a small machine takes about as long; the grammar is better than a longer wait. */
const plannerTimeoutMs = 30_000;

process.on('disconnect', () => {
  abort.abort(new Error('The process that asked for this film is gone.'));
  // A group of its own on every system that has groups: the codecs end too.
  if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL');
  process.exit(1);
});

process.once('message', async (order: RenderOrder) => {
  const report = (message: RenderReport) =>
    new Promise<void>((resolve) => {
      process.send?.(message, undefined, undefined, () => resolve());
    });
  const media = createMedia({
    scratch: order.directory,
    ...(order.ffmpegPath === undefined ? {} : { ffmpegPath: order.ffmpegPath }),
  });
  const job: FilmJob = {
    ...order,
    ...{ cache: cacheFor(order), planner: plannerFor(order) },
    removal: order.backgroundRemoval === undefined ? undefined : openRemovalPlugIn(),
    media,
    signal: abort.signal,
    onProgress: (progress) => void report({ kind: 'progress', progress }),
  };
  await report(
    order.task === 'film'
      ? { kind: 'result', result: await makeFilm(job) }
      : { kind: 'storyboard', result: await drawStrip(job) },
  );
  process.exit(0);
});

function cacheFor({ cacheFolder, directory, ffmpegPath }: RenderOrder): AssetCache | undefined {
  if (cacheFolder === undefined) return undefined;
  return openAssetCache({ folder: cacheFolder, staging: directory, decoder: ffmpegPath ?? '' });
}

function plannerFor({ planner }: RenderOrder): Planner | undefined {
  return planner === undefined
    ? undefined
    : createPlanner({ ...planner, fetch, timeoutMs: plannerTimeoutMs });
}
