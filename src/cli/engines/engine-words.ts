import type { Engine } from '../../contract/engine.ts';
import type { Style } from '../style.ts';

/** What a state is called, and in which colour. */
export function stateOf({ state }: Pick<Engine, 'state'>, style: Style): string {
  const [word, paint] = states[state];
  return style[paint](word);
}

const states = {
  ready: ['ready', 'good'],
  full: ['full', 'careful'],
  resting: ['resting', 'careful'],
  paused: ['paused', 'careful'],
  not_set_up: ['not set up', 'faint'],
} as const satisfies Record<Engine['state'], [string, keyof Style]>;

/** As in `45 s` or `1 min 32 s`. */
export function lengthOfTime(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor((whole % 3_600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** What a video of five seconds costs, or of the shortest length. */
export function priceOf({ price }: Pick<Engine, 'price'>): string {
  const usual = price?.lengths.find(({ duration }) => duration === usualSeconds) ?? price?.lengths[0];
  if (usual === undefined) return '';
  return usual.credits === 0 ? 'free' : `${usual.credits.toLocaleString('en')} for ${usual.duration} s`;
}

const usualSeconds = 5;

/** As in `4–15 s`, or `4, 5, 8 s`. */
export function lengthsOf(durations: readonly number[]): string {
  const [first = 0] = durations;
  const isRow = durations.every((duration, index) => duration === first + index);
  return isRow && durations.length > 2
    ? `${first}–${first + durations.length - 1} s`
    : `${durations.join(', ')} s`;
}

export const percentOf = (rate: number | null): string =>
  rate === null ? '' : `${Math.round(rate * 100)} %`;

const barWidth = 10;

/** How much of a whole went well: green from 90 %, red below 70. */
export function rateBar(rate: number | null, style: Style): string {
  if (rate === null) return '';
  const full = Math.round(rate * barWidth);
  const paint = rate >= 0.9 ? style.good : rate >= 0.7 ? style.careful : style.bad;
  return `${paint('█'.repeat(full))}${style.faint('░'.repeat(barWidth - full))}`;
}
