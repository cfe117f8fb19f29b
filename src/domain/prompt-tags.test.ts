import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPromptTags, rewritePromptTags } from './prompt-tags.ts';
import type { Reference } from './request.ts';

const image = (position: number, alias?: string): Reference => ({
  kind: 'image',
  position,
  sha256: '0'.repeat(64),
  facts: { kind: 'image', contentType: 'image/jpeg' },
  ...(alias === undefined ? {} : { alias }),
});

const references = [image(1), image(2, 'hero')];

const bracketed = {
  image: { before: '[Image ', after: ']' },
  video: { before: '[Video ', after: ']' },
  audio: { before: '[Audio ', after: ']' },
};

const cases: [what: string, prompt: string, rewritten: string][] = [
  ['numbered tags', '@Image1 beside @Image2.', '[Image 1] beside [Image 2].'],
  ['any case', '@image1 turns', '[Image 1] turns'],
  ['aliases', '@hero floats, @HERO lands', '[Image 2] floats, [Image 2] lands'],
  ['handles and e-mail addresses stay', 'by @halden, ask me@image1.no', 'by @halden, ask me@image1.no'],
  ['tags that touch punctuation', '(@Image1)', '([Image 1])'],
];

for (const [what, prompt, rewritten] of cases)
  test(`rewrites ${what}`, () => {
    assert.equal(rewritePromptTags(prompt, references, bracketed), rewritten);
  });

test('finds a numbered tag without a reference, and says so', () => {
  const tags = findPromptTags('@Image1 and @Image3 and @Video1', references);
  assert.deepEqual(
    tags.map(({ text, reference }) => [text, reference?.position]),
    [
      ['@Image1', 1],
      ['@Image3', undefined],
      ['@Video1', undefined],
    ],
  );
});
