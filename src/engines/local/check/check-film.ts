import type { Check } from '../../../domain/check.ts';
import type { Sound } from '../../../media/media.ts';
import { blackCheck } from './black.ts';
import { captionsSafeCheck } from './captions-safe.ts';
import { type CloseLook, lookClosely } from './close-look.ts';
import { fileChecks } from './file-checks.ts';
import { type FinishedFilm, filmSeconds } from './finished-film.ts';
import { frozenCheck } from './frozen.ts';
import { createPainted } from './painted.ts';
import { productColourCheck, productVisibleCheck } from './product-checks.ts';
import { productUncutCheck } from './product-uncut.ts';
import { readSmallFilm, type SmallFilm } from './small-film.ts';
import { soundChecks } from './sound-checks.ts';

/**
 * Opens a finished film as a stranger would and holds it against what the storyboard promised. One check for each
 * promise that the film makes, with the worst that was found. Throws if aborted, or if Kinora itself is at fault.
 */
export async function checkFilm(film: FinishedFilm): Promise<Check[]> {
  const { path, storyboard, media, signal } = film;
  const [probed, looks] = await Promise.all([media.probe(path, { signal }), lookAt(film)]);
  const file = fileChecks(probed, storyboard);
  if (looks instanceof Error) {
    if (file.some(({ status }) => status === 'failed')) return file;
    throw looks;
  }
  const { small, close, sound } = looks;
  const painted = createPainted(film);
  return [
    ...file,
    await blackCheck(small, { storyboard, painted }),
    await frozenCheck(small, { storyboard, stage: film.stage, painted }),
    ...(sound === undefined ? [] : soundChecks(sound, film)),
    ...present(productVisibleCheck(close.products)),
    ...present(productUncutCheck(film)),
    ...present(productColourCheck(close.products)),
    ...present(captionsSafeCheck(film, close.captions)),
  ];
}

/** Of a failed check: what the owner of the generation reads. */
export function failureMessage(failed: Check): string {
  return `The film did not pass its own check of ${failed.name.replaceAll('_', ' ')}. ${failed.message}`;
}

interface Looks {
  small: SmallFilm;
  close: CloseLook;
  sound: Sound | undefined;
}

/** An error is handed back: where a stream is missing or cannot be read, the probe says it better. */
async function lookAt(film: FinishedFilm): Promise<Looks | Error> {
  const { path, storyboard, media, signal } = film;
  const { fps } = storyboard;
  const seconds = filmSeconds(storyboard);
  try {
    const [small, close, sound] = await Promise.all([
      readSmallFilm({ media, path, frame: storyboard, fps, seconds, signal }),
      lookClosely(film),
      storyboard.sound.length === 0
        ? undefined
        : media.decodeAudio(path, { maxSeconds: seconds + 1, signal }),
    ]);
    return { small, close, sound };
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error : new Error(String(error));
  }
}

const present = (check: Check | undefined): Check[] => (check === undefined ? [] : [check]);
