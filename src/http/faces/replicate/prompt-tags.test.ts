import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTags, writeTags } from './prompt-tags.ts';

test('reads the tags of Replicate, and writes them back', () => {
  const ours = '@Image1 beside @Video2, to @Audio1; not [Image] nor an @handle nor me@image1.example';
  assert.equal(readTags(ours.replaceAll(/@(Image1|Video2|Audio1)/g, '[$1]')), ours);
  assert.equal(readTags('[image 3]'), '@Image3');
  assert.equal(
    writeTags(ours),
    '[Image1] beside [Video2], to [Audio1]; not [Image] nor an @handle nor me@image1.example',
  );
});
