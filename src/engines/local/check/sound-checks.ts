import type { Check } from '../../../domain/check.ts';
import { type Sound, soundRate } from '../../../media/media.ts';
import { noteOnQuietMix, targetLufs } from '../sound/master.ts';
import { decibels, integratedLoudness, measureLoudness } from '../understand/sound/loudness.ts';
import { at, type FinishedFilm, filmSeconds } from './finished-film.ts';

const silentBelowDb = -50;
/** What was mixed as loud as this has to be heard. */
const promisedFromDb = -44;
const leastShare = 0.8;
const windowSeconds = 0.4;
const mostOffLufs = 1;
const mostPeakDbtp = -1;

/** Sound is heard where it was promised, and at the loudness that was mixed. Nothing for a film without sound. */
export function soundChecks(sound: Sound, film: FinishedFilm): Check[] {
  return [heardCheck(sound, film), loudnessCheck(sound, film)];
}

function heardCheck(sound: Sound, { storyboard, mix }: FinishedFilm): Check {
  const limit = leastShare;
  let promised = 0;
  let heard = 0;
  let firstSilent: number | undefined;
  for (let start = 0; start + windowSeconds <= filmSeconds(storyboard); start += windowSeconds / 4) {
    if (mix === undefined || levelDb(mix, start) < promisedFromDb) continue;
    promised++;
    if (levelDb(sound, start) > silentBelowDb) heard++;
    else firstSilent ??= start;
  }
  if (promised === 0)
    return { name: 'sound', status: 'passed', message: 'Nothing that lasts was to be heard.', limit };
  const measured = heard / promised;
  const percent = Math.round(measured * 100);
  return {
    name: 'sound',
    status: measured >= limit ? 'passed' : 'failed',
    message:
      measured >= limit
        ? `It is heard in ${percent} % of the time that promises sound.`
        : `It is silent (below ${silentBelowDb} dBFS) from ${at(firstSilent ?? 0)} on: heard in only ${percent} % of the time that promises sound.`,
    measured,
    limit,
  };
}

/** Root mean square of both channels over one window, in dBFS. */
function levelDb({ left, right }: Sound, start: number): number {
  const from = Math.round(start * soundRate);
  const to = Math.min(left.length, from + Math.round(windowSeconds * soundRate));
  let sum = 0;
  for (let index = from; index < to; index++) sum += (left[index] ?? 0) ** 2 + (right[index] ?? 0) ** 2;
  return to > from ? decibels(Math.sqrt(sum / (2 * (to - from)))) : -Infinity;
}

function loudnessCheck(sound: Sound, { mix }: FinishedFilm): Check {
  const { integratedLufs, truePeakDbtp } = measureLoudness(sound);
  // A mix too quiet to be raised in honour has said so: the film must be as loud as that mix.
  const isQuiet = mix !== undefined && noteOnQuietMix(mix) !== undefined;
  const target = isQuiet ? integratedLoudness(mix) : targetLufs;
  const said = `${integratedLufs.toFixed(1)} LUFS, ${truePeakDbtp.toFixed(1)} dBTP`;
  const is = { name: 'loudness' as const, ...finite(integratedLufs), ...finiteLimit(target) };
  if (integratedLufs !== target && !(Math.abs(integratedLufs - target) <= mostOffLufs))
    return {
      ...is,
      status: 'failed',
      message: `Its loudness is ${said} instead of ${target.toFixed(1)} ± ${mostOffLufs} LUFS.`,
    };
  if (truePeakDbtp > mostPeakDbtp)
    return {
      name: 'loudness',
      measured: truePeakDbtp,
      limit: mostPeakDbtp,
      status: 'warning',
      message: `Its peaks reach ${truePeakDbtp.toFixed(1)} dBTP; some players distort above ${mostPeakDbtp}.`,
    };
  return { ...is, status: 'passed', message: `Its loudness is ${said}.` };
}

/** JSON has no infinity, which is how loud silence is. */
const finite = (measured: number) => (Number.isFinite(measured) ? { measured } : {});
const finiteLimit = (limit: number) => (Number.isFinite(limit) ? { limit } : {});
