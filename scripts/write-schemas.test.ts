import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { test } from 'node:test';
import { storyboardOf, storyboardSchema } from '../src/contract/storyboard.ts';
import { storyboardFaults } from '../src/domain/storyboard-faults.ts';
import {
  storyboardJsonSchema,
  storyboardSchemaPath,
  workflowJsonSchema,
  workflowSchemaPath,
} from './write-schemas.ts';

for (const [path, schema] of [
  [storyboardSchemaPath, storyboardJsonSchema],
  [workflowSchemaPath, workflowJsonSchema],
] as const)
  test(`${basename(path)} is what the program reads; node scripts/write-schemas.ts renews it`, async () => {
    const written: unknown = JSON.parse(await readFile(path, 'utf8'));
    assert.deepEqual(written, JSON.parse(JSON.stringify(schema())));
  });

test('the schema refuses unknown fields and knows the limits', () => {
  const { additionalProperties, properties } = storyboardJsonSchema();
  assert.equal(additionalProperties, false);
  assert.deepEqual(properties?.['frames'], { type: 'integer', minimum: 96, maximum: 360 });
});

test('the example of docs/storyboard.md can be filmed with the two images it names', async () => {
  const page = await readFile(new URL('../docs/storyboard.md', import.meta.url), 'utf8');
  const example = /```json\n(.*?)\n```/s.exec(page)?.[1] ?? '';
  const storyboard = storyboardOf(storyboardSchema.parse(JSON.parse(example)));
  const references = { image: 2, video: 0, audio: 0 };
  const frame = { durationSeconds: 4, width: 1280, height: 720, generateAudio: true, references };
  assert.deepEqual(storyboardFaults(storyboard, frame), []);
});

test('docs/storyboard.md names every field and every word of the schema', async () => {
  const page = await readFile(new URL('../docs/storyboard.md', import.meta.url), 'utf8');
  const schema = JSON.stringify(storyboardJsonSchema());
  const words = [...schema.matchAll(/"enum":\[([^\]]*)\]/g)].flatMap(
    ([, list = '']) => JSON.parse(`[${list}]`) as string[],
  );
  const fields = [...schema.matchAll(/"([a-zA-Z]+)":\{"(?:type|anyOf|oneOf)"/g)].map(
    ([, field = '']) => field,
  );
  assert.ok(words.length > 40 && fields.length > 40);
  const missing = new Set(
    [...words, ...fields].filter((word) => !page.includes(word) && !word.endsWith('Seconds')),
  );
  assert.deepEqual(
    [...missing],
    ['properties', 'items'].filter((word) => missing.has(word)),
  );
});

test('docs/storyboard.md has the limits of every number of a camera key', async () => {
  const page = await readFile(new URL('../docs/storyboard.md', import.meta.url), 'utf8');
  const schema = JSON.stringify(storyboardJsonSchema());
  const fields = ['x', 'y', 'dolly', 'zoom', 'pan', 'tilt', 'rollDegrees', 'orbitDegrees'];
  for (const field of fields) {
    const limits = new RegExp(`"${field}":{"type":"number","minimum":([^,]+),"maximum":([^}]+)}`).exec(
      schema,
    );
    const [, least, most] = limits ?? assert.fail(`the schema has no limits of ${field}`);
    assert.ok(page.includes(`| \`${field}\` | ${least} | ${most} |`), `${field} is from ${least} to ${most}`);
  }
});
