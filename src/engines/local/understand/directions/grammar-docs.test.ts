import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { type Directions, readDirections } from '../directions.ts';
import { readTokens } from './clauses.ts';
import { findPhrases } from './find-phrases.ts';
import { lexicon } from './lexicon.ts';
import { vocabularyTables } from './vocabulary-tables.ts';

const docs = await readFile(new URL('../../../../../docs/prompt-grammar.md', import.meta.url), 'utf8');

test('the page of docs lists the whole vocabulary as it is', () => {
  const [, listed = ''] = docs.split(/^## Vocabulary\n/m);
  assert.equal(listed.slice(listed.indexOf('### ')).trimEnd(), vocabularyTables());
});

const rowsUnder = (heading: string) => {
  const [, section = ''] = docs.split(`## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^\| `(.+?)` \| (.+) \|$/gm)].map(([, prompt = '', rest = '']) => ({
    prompt,
    rest,
  }));
};

const examples = rowsUnder('Examples');

test('the page of docs has examples', () => assert.ok(examples.length >= 15));

for (const { prompt, rest } of examples)
  test(`the documented example "${prompt}" gives the documented directions`, () => {
    const { directions } = readDirections(prompt);
    for (const [key, value] of Object.entries(JSON.parse(rest.replaceAll('`', '')) as Partial<Directions>))
      assert.deepEqual(directions[key as keyof Directions], value, key);
  });

const ignored = rowsUnder('What is ignored');

test('nothing of what the docs call ignored becomes direction', () => {
  assert.ok(ignored.length >= 5);
  const nothing = readDirections('').directions;
  for (const { prompt } of ignored) assert.deepEqual(readDirections(prompt).directions, nothing, prompt);
});

/** The plainest way to say a pattern: first words, nothing optional, nothing in the gaps. */
const sampleOf = (pattern: string) =>
  pattern
    .split(' ')
    .filter((part) => !/^(?:\[.*\]|\.\.\d|\$|!.*)$/.test(part))
    .map((part) => part.split('|')[0]?.replace('~', '') ?? '')
    .map((word) => (word.startsWith('@') ? `@${word[1]?.toUpperCase()}${word.slice(2)}1` : word))
    .join(' ');

for (const [heading, rows] of Object.entries(lexicon))
  test(`every pattern of "${heading}" is understood as what it says`, () => {
    for (const { said, means } of rows)
      for (const pattern of said) {
        const prompt = sampleOf(pattern);
        const meanings = findPhrases(prompt, readTokens(prompt, []))
          .filter(({ refused }) => !refused)
          .map(({ meaning }) => meaning);
        assert.ok(
          meanings.some((meaning) => JSON.stringify(meaning) === JSON.stringify(means)),
          `"${prompt}" (${pattern}) is ${JSON.stringify(meanings)}, not ${JSON.stringify(means)}`,
        );
      }
  });
