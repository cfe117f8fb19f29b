import { createMedia } from '../../media/create-media.ts';
import { makeFilm } from './make-film.ts';
import type { RenderOrder, RenderReport } from './render-messages.ts';

// One process, one film: the API's event loop never draws, and a crash here costs one attempt.
const abort = new AbortController();

process.on('disconnect', () => {
  abort.abort(new Error('The process that asked for this film is gone.'));
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
  const result = await makeFilm({
    ...order,
    media,
    signal: abort.signal,
    onProgress: (progress) => void report({ kind: 'progress', progress }),
  });
  await report({ kind: 'result', result });
  process.exit(0);
});
