import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { readWorkflow } from '../src/batch/workflow.ts';
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

const everyField = `
name: spring-catalogue
source: { query: 'select * from product', url_env: SHOP_DATABASE_URL, key: sku }
where: { in_stock: true }
fields: { name: text, price: { type: number, default: 0 } }
prompt: '{{ name }} turns'
title: '{{ name }}'
photos: { column: photo_urls, take: 4, role: product, separator: '|' }
brand: [{ path: style.jpg, role: style }]
references: { freshness: check }
duration: 5
aspect_ratio: '16:9'
engine: local
caps: { credits: 20000, per_day: 5000 }
review: true
publish: true
sink:
  - { path: results.csv }
  - { url_env: SHOP_DATABASE_URL, update: 'update product set video_url = $1 where sku = $2', values: [video_url, key] }
matrix: { mode: one-factor, axes: { hook: [a, b] }, base: { hook: a } }
output: false
`;

test('an editor takes what the program takes, and marks what it refuses', async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const valid = ajv.compile(workflowJsonSchema());
  const halden = await readFile(new URL('../examples/halden/workflow.yaml', import.meta.url), 'utf8');
  for (const workflow of [everyField, halden]) {
    readWorkflow(workflow, 'workflow.yaml');
    assert.ok(valid(parse(workflow)), ajv.errorsText(valid.errors));
  }
  for (const [from, to] of [
    ['duration: 5', 'duration: 50'],
    ['brand:', 'brnad:'],
    ['review: true', 'review: maybe'],
    ['key: sku', 'keys: sku'],
    ['path: results.csv', 'paths: results.csv'],
  ] as const) {
    const wrong = everyField.replace(from, to);
    assert.notEqual(wrong, everyField);
    assert.ok(!valid(parse(wrong)), to);
    assert.throws(() => readWorkflow(wrong, 'workflow.yaml'), to);
  }
});

test('docs/workflows.md names every field of a workflow, and its example can be read', async () => {
  const page = await readFile(new URL('../docs/workflows.md', import.meta.url), 'utf8');
  const example = /```yaml\n(.*?)\n```/s.exec(page)?.[1] ?? '';
  readWorkflow(example, 'workflow.yaml');
  const fields = Object.keys(workflowJsonSchema().properties ?? {});
  assert.ok(fields.length > 20);
  assert.deepEqual(
    fields.filter((field) => !page.includes(`\`${field}\``) && !page.includes(`\`${field}.`)),
    [],
  );
});
