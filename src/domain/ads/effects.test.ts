import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCampaign } from '../../../test/fixtures/campaign.ts';
import { type EffectOptions, effectsOf } from './effects.ts';
import type { Observation } from './main-effects.ts';
import { type MatrixMode, readMatrix } from './matrix.ts';
import { variantsOf } from './variants.ts';

const matrixOf = (mode: MatrixMode) =>
  readMatrix({
    mode,
    axes: { hook: ['why', 'now', 'ten'], scene: ['kitchen', 'terrace'], cta: ['buy', 'see'] },
  });

const full = matrixOf('full');

const usual: EffectOptions = { against: 'base', base: full.base, confidence: 0.95, lift: 0.3, power: 0.8 };

const report = (observations: readonly Observation[], options: Partial<EffectOptions> = {}) =>
  effectsOf(full.axes, observations, { ...usual, ...options });

const levelOf = (effects: ReturnType<typeof report>, axis: string, number: number) => {
  const level = effects.axes.find(({ name }) => name === axis)?.levels.find((one) => one.number === number);
  assert.ok(level !== undefined);
  return level;
};

test('a value is not praised for the company it was shown in', () => {
  // The terrace makes people click, the hook does nothing; but the second hook was shown on the terrace.
  const shown = (hook: number, scene: number, cta: number, trials: number) => ({
    levels: { hook, scene, cta },
    trials,
    successes: trials * (scene === 2 ? 0.04 : 0.02),
  });
  const effects = report([
    ...[1, 2].flatMap((cta) => [shown(1, 1, cta, 45_000), shown(1, 2, cta, 5_000)]),
    ...[1, 2].flatMap((cta) => [shown(2, 1, cta, 5_000), shown(2, 2, cta, 45_000)]),
  ]);
  const second = levelOf(effects, 'hook', 2);
  assert.ok(
    (second.rate ?? 0) > 1.5 * (levelOf(effects, 'hook', 1).rate ?? 1),
    'as counted, it looks far better',
  );
  assert.equal(second.verdict, 'no_difference');
  assert.ok(Math.abs(second.lift ?? 1) < 0.02);
  const terrace = levelOf(effects, 'scene', 2);
  assert.equal(terrace.verdict, 'better');
  assert.ok(Math.abs((terrace.lift ?? 0) - 1) < 0.05);
  assert.equal(levelOf(effects, 'hook', 3).verdict, 'not_enough_data');
});

test('of two values that were only shown together nobody is told which one did it', () => {
  const together = [1, 2].flatMap((number) =>
    [1, 2].map((cta) => ({
      levels: { hook: number, scene: number, cta },
      trials: 50_000,
      successes: number * 1_000,
    })),
  );
  const effects = report(together);
  assert.deepEqual(
    [levelOf(effects, 'hook', 2), levelOf(effects, 'scene', 2), levelOf(effects, 'cta', 2)].map(
      ({ verdict, lift }) => [verdict, lift === null],
    ),
    [
      ['confounded', true],
      ['confounded', true],
      ['no_difference', false],
    ],
  );
});

test('before enough is shown it says so and how much is missing, even if chance looks like an effect', () => {
  const variants = variantsOf(full);
  const lucky = variants.map(({ levels }) => ({
    levels,
    trials: 200,
    successes: levels['hook'] === 2 ? 12 : 4,
  }));
  const early = levelOf(report(lucky), 'hook', 2);
  assert.ok((early.pValue ?? 1) < 0.05, 'significant, if one were to look now');
  assert.equal(early.verdict, 'not_enough_data');
  const effects = report(lucky);
  assert.equal(early.missingTrials, (effects.trialsNeeded ?? 0) - 800);
  assert.ok((effects.trialsNeeded ?? 0) > 3_000);
  const nothing = report([]);
  assert.deepEqual(
    [nothing.trialsNeeded, levelOf(nothing, 'hook', 2).missingTrials, levelOf(nothing, 'hook', 2).verdict],
    [null, null, 'not_enough_data'],
  );
});

for (const mode of ['one-factor', 'pairwise', 'full'] as const)
  test(`intervals of a ${mode} design hold the truth as often as they say, also where ads differ for other reasons`, () => {
    const matrix = matrixOf(mode);
    const lifts = { hook: { 2: 0.25, 3: -0.2 }, scene: { 2: 0.1 } };
    let [held, asked, wrong] = [0, 0, 0];
    for (let seed = 1; seed <= 60; seed++) {
      const campaign = createCampaign(matrix, {
        rate: 0.02,
        lifts,
        seed: seed * 31,
        noise: mode === 'full' ? 0.08 : 0,
      });
      for (const [index, { levels }] of variantsOf(matrix).entries())
        campaign.show(levels, 4_000 + 3_000 * (index % 4));
      const effects = report(campaign.observations());
      for (const [axis, number, truth] of [
        ['hook', 2, 0.25],
        ['hook', 3, -0.2],
        ['scene', 2, 0.1],
        ['cta', 2, 0],
      ] as const) {
        const { liftInterval, verdict } = levelOf(effects, axis, number);
        asked += 1;
        // Odds are a little further apart than rates.
        if (liftInterval !== null && liftInterval.low <= truth + 0.005 && truth - 0.005 <= liftInterval.high)
          held += 1;
        if ((truth <= 0 && verdict === 'better') || (truth >= 0 && verdict === 'worse')) wrong += 1;
      }
    }
    assert.ok(held / asked >= 0.91 && held / asked < 1, `${held} of ${asked}`);
    assert.ok(wrong <= 5, `${wrong} wrong verdicts`);
  });
