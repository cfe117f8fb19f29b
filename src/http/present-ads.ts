import type { AdChoice, AdMatrixState, AdReport } from '../contract/ads.ts';
import type { Choice } from '../domain/ads/choose.ts';
import type { Effects } from '../domain/ads/effects.ts';
import { readMatrix } from '../domain/ads/matrix.ts';
import { variantsOf } from '../domain/ads/variants.ts';
import type { AdMatrix } from '../store/ad-matrices.ts';

export function presentMatrix(workflow: string, { number, spec, book, createdAt }: AdMatrix): AdMatrixState {
  return {
    object: 'ad_matrix',
    workflow,
    number,
    matrix: presentSpec(spec),
    book: book.map(({ name, letters, levels }) => ({ name, letters, levels: [...levels] })),
    variants: variantsOf(readMatrix(spec)).map(({ code, levels }) => ({ code, levels: { ...levels } })),
    created_at: createdAt.toISOString(),
  };
}

export function presentSpec({ mode, axes, base }: AdMatrix['spec']): AdMatrixState['matrix'] {
  const own = Object.entries(axes).map(
    ([name, levels]) => [name, Array.isArray(levels) ? [...levels] : { ...levels }] as const,
  );
  return {
    mode,
    axes: Object.fromEntries(own) as AdMatrixState['matrix']['axes'],
    ...(base === undefined ? {} : { base }),
  };
}

export function presentEffects({ axes, dispersion, comparisons, trialsNeeded }: Effects) {
  return {
    trials_needed: trialsNeeded,
    comparisons,
    dispersion,
    axes: axes.map(({ name, letters, levels }) => ({
      name,
      letters,
      levels: levels.map((level) => ({
        number: level.number,
        value: level.value,
        trials: level.trials,
        successes: level.successes,
        rate: level.rate,
        interval: level.interval,
        adjusted_rate: level.adjustedRate,
        lift: level.lift,
        lift_interval: level.liftInterval,
        p_value: level.pValue,
        missing_trials: level.missingTrials,
        verdict: level.verdict,
      })),
    })),
  } satisfies Partial<AdReport>;
}

export function presentChoice({ state, axes, next }: Choice) {
  return {
    state,
    axes: axes.map((axis) => ({
      ...axis,
      levels: axis.levels.map(({ probabilityBest, ...level }) => ({
        ...level,
        probability_best: probabilityBest,
      })),
    })),
    next: next.map(({ levels, ...ad }) => ({ ...ad, levels: { ...levels } })),
  } satisfies Partial<AdChoice>;
}
