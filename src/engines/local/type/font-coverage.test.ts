import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { readCoverage } from './font-coverage.ts';
import { fontPath, packagesFor, subsetsOf } from './font-packages.ts';

const inter = '@fontsource-variable/inter/files/inter-latin-opsz-normal.woff2';

test('knows which characters a font file has', () => {
  const coverage = readCoverage(fontPath(inter));
  for (const character of 'Az09€ß’ ') assert.ok(coverage.has(character.codePointAt(0) ?? 0), character);
  for (const character of 'ł日ש') assert.ok(!coverage.has(character.codePointAt(0) ?? 0), character);
});

test('every package of both families can be opened and read', () => {
  const names = packagesFor('sans', 'japanese');
  assert.equal(new Set(names).size, 14);
  for (const name of names) {
    const [first] = subsetsOf(name);
    assert.ok(first !== undefined, name);
    assert.ok(readCoverage(fontPath(first.specifier)).size > 20, first.specifier);
  }
});

test('names the package that is not installed', () => {
  const resolve = () => {
    throw new Error('Cannot find package');
  };
  assert.throws(() => fontPath(inter, resolve), /font package @fontsource-variable\/inter is not installed/);
});

test('refuses a file that is no WOFF2 font', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coverage-'));
  try {
    const path = join(folder, 'a.woff2');
    await writeFile(path, Buffer.alloc(64));
    assert.throws(() => readCoverage(path), /is not a WOFF2 font/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
