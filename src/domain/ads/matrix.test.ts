import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codeOf, findCode, readCode } from './code.ts';
import { lettersOf, type MatrixSpec, readMatrix } from './matrix.ts';
import { coverPairs } from './pairwise.ts';
import { fullSize, variantsOf } from './variants.ts';

const spec: MatrixSpec = {
  mode: 'full',
  axes: {
    hook: ['A question', 'A promise', 'A number'],
    scene: { 2: 'kitchen', 5: 'terrace' },
    headline: ['Now', 'Later'],
  },
  base: { scene: 'terrace' },
};

test('a code names the number of each value, and one-factor changes the base once at a time', () => {
  const full = variantsOf(readMatrix(spec));
  assert.equal(full.length, 12);
  assert.deepEqual(full[0], {
    code: 'H1S2HE1',
    levels: { hook: 1, scene: 2, headline: 1 },
    values: { hook: 'A question', scene: 'kitchen', headline: 'Now' },
  });
  const single = variantsOf(readMatrix({ ...spec, mode: 'one-factor' })).map(({ code }) => code);
  assert.deepEqual(single, ['H1S5HE1', 'H2S5HE1', 'H3S5HE1', 'H1S2HE1', 'H1S5HE2']);
});

test('the code is found in the name of an ad, whatever stands around it', () => {
  const { axes } = readMatrix(spec);
  const levels = { hook: 2, scene: 5, headline: 1 };
  for (const name of ['H2S5HE1', 'he1s5h2', 'MUG-01-H2S5HE1.mp4', 'H1S2-spring_H2S5HE1 – Copy'])
    assert.deepEqual(findCode(name, axes), levels, name);
  for (const name of ['', 'spring', 'H2S5X1', 'H2H1', 'H0S5', 'H2S5HE1x'])
    assert.equal(findCode(name, axes), undefined, name);
});

test('every fault of a matrix is named at once', () => {
  const bad: MatrixSpec = {
    mode: 'full',
    axes: { hook: ['same', 'same'], scene: { 1: 'kitchen', 4: null }, '2nd': [], code: [1] },
    base: { scene: 'moon', sky: 'blue' },
  };
  assert.throws(() => readMatrix(bad), {
    message: [
      'matrix.axes.hook: values 1 and 2 are the same.',
      'matrix.axes.scene: value 4 is open: write it, or take its line out.',
      'matrix.axes.2nd: an axis is named by letters, digits and _, a letter first, at most 40.',
      'matrix.axes.2nd: it has no value.',
      'matrix.axes.code: that word has a meaning of its own: name the axis otherwise.',
      'matrix.base.sky: there is no such axis.',
      'matrix.base.scene: "moon" is not among the values of the axis: kitchen.',
    ].join('\n  '),
  });
  const many = Array.from({ length: 50 }, (_, index) => `v${index}`);
  assert.throws(() => variantsOf(readMatrix({ mode: 'full', axes: { a: many, b: many, c: many } })), {
    message: /125,000 combinations; 10,000 is the most/,
  });
});

const axisNames = fc.uniqueArray(fc.stringMatching(/^[a-c][a-c0-9_]{0,4}$/), { minLength: 1, maxLength: 8 });

test('no two variants share a code, and every code reads back as it was written', () => {
  fc.assert(
    fc.property(
      axisNames.filter((names) => !names.includes('code')),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 8, maxLength: 8 }),
      fc.constantFrom('full' as const, 'one-factor' as const, 'pairwise' as const),
      (names, sizes, mode) => {
        const sized = names.map(
          (name, index) =>
            [name, mode === 'full' ? Math.min(2, sizes[index] ?? 1) : (sizes[index] ?? 1)] as const,
        );
        const axes = Object.fromEntries(
          sized.map(([name, size]) => [name, Array.from({ length: size }, (_, value) => `v${value}`)]),
        );
        const matrix = readMatrix({ mode, axes });
        const variants = variantsOf(matrix);
        assert.equal(new Set(variants.map(({ code }) => code)).size, variants.length);
        for (const { code, levels } of variants) {
          assert.deepEqual(readCode(code, matrix.axes), levels);
          assert.equal(codeOf(matrix.axes, levels), code);
        }
      },
    ),
    { numRuns: 60, seed: 61 },
  );
});

test('the letters of an axis stay when others are added after it', () => {
  fc.assert(
    fc.property(axisNames, (names) => {
      const letters = lettersOf(names);
      assert.equal(new Set(letters).size, names.length);
      assert.deepEqual(lettersOf(names.slice(0, -1)), letters.slice(0, -1));
    }),
    { numRuns: 200, seed: 62 },
  );
});

test('pairwise lets any two values meet, in few variants', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 }), (sizes) => {
      const picks = coverPairs(sizes);
      const [a = 1, b = 1] = sizes.toSorted((one, other) => other - one);
      const full = sizes.reduce((product, size) => product * size, 1);
      assert.ok(picks.length <= full && picks.length >= a * b);
      // Generous beside the best known arrays, far below the full product.
      assert.ok(picks.length <= a * b * (1 + Math.log2(sizes.length)), `${picks.length} for ${sizes}`);
      for (const [axis, size] of sizes.entries())
        for (let other = axis + 1; other < sizes.length; other++)
          for (let value = 0; value < size; value++)
            for (let otherValue = 0; otherValue < (sizes[other] ?? 0); otherValue++)
              assert.ok(picks.some((pick) => pick[axis] === value && pick[other] === otherValue));
    }),
    { numRuns: 50, seed: 63 },
  );
  const sizeOf = (...sizes: number[]) => coverPairs(sizes).length;
  assert.ok(sizeOf(3, 3, 3, 3) <= 12, 'best known: 9, of 81');
  assert.ok(sizeOf(5, 5, 2) <= 26, 'best known: 25, of 50');
  assert.ok(sizeOf(50, 50, 2, 2) <= 2_550);
  const { axes } = readMatrix({ ...spec, mode: 'pairwise' });
  assert.equal(fullSize(axes), 12);
  assert.equal(variantsOf(readMatrix({ ...spec, mode: 'pairwise' })).length, 6);
});
