import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holm, trialsNeeded, wilson } from './binomial.ts';
import { upperQuantile, upperTail } from './normal.ts';
import { beta, gamma, normal, type Random, seededRandom } from './random.ts';

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

test('tails and quantiles of the normal are those of the tables', () => {
  for (const [z, tail] of [
    [0, 0.5],
    [1.281_551_566, 0.1],
    [1.959_963_985, 0.025],
    [3.090_232_306, 0.001],
    [-1.644_853_627, 0.95],
  ] as const) {
    near(upperTail(z), tail, 2e-7);
    near(upperQuantile(tail), z, 2e-6 * (1 + 1 / tail));
  }
});

test('a rate has the interval of Wilson, also where nothing or everything was clicked', () => {
  const ten = wilson({ trials: 100, successes: 10 }, 0.95);
  near(ten?.low ?? 0, 0.0552, 5e-5);
  near(ten?.high ?? 0, 0.1744, 5e-5);
  const none = wilson({ trials: 50, successes: 0 }, 0.95);
  assert.equal(none?.low, 0);
  near(none?.high ?? 0, 0.0713, 5e-5);
  assert.equal(wilson({ trials: 0, successes: 0 }, 0.95), undefined);
});

test('the trials that a difference needs are those that other programs find', () => {
  // As power.prop.test of R has them.
  near(trialsNeeded({ rate: 0.1, lift: 0.5, alpha: 0.05, power: 0.8 }), 686, 1);
  near(trialsNeeded({ rate: 0.01, lift: 0.2, alpha: 0.05, power: 0.8 }), 42_693, 3);
  assert.ok(Number.isFinite(trialsNeeded({ rate: 0.9, lift: 0.5, alpha: 0.05, power: 0.8 })));
});

test('of several p values the small ones count for as many as there were', () => {
  assert.deepEqual(
    holm([0.01, 0.04, 0.03, 0.5]).map((p) => Math.round(p * 100) / 100),
    [0.04, 0.09, 0.09, 0.5],
  );
});

test('normal, gamma and beta numbers have the mean and the variance that they should', () => {
  const random = seededRandom(5);
  const moments = (draw: (random: Random) => number) => {
    const values = Array.from({ length: 40_000 }, () => draw(random));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length] as const;
  };
  for (const [draw, mean, variance] of [
    [normal, 0, 1],
    [(one) => gamma(one, 0.4), 0.4, 0.4],
    [(one) => gamma(one, 9), 9, 9],
    [(one) => beta(one, 3, 7), 0.3, 0.021 / 1.1],
  ] as [(random: Random) => number, number, number][]) {
    const [itsMean, itsVariance] = moments(draw);
    near(itsMean, mean, 0.025 * Math.sqrt(variance) + 0.002);
    near(itsVariance, variance, 0.06 * variance);
  }
  const again = seededRandom(5);
  assert.equal(again(), seededRandom(5)());
  assert.notEqual(seededRandom(5)(), seededRandom(6)());
});
