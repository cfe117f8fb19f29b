import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp, signUp } from '../../test/app.ts';
import { claimGeneration } from '../../test/generations.ts';
import { type Generation, generationSchema } from '../contract/generation.ts';
import { checkNames } from '../domain/check.ts';
import { failGeneration } from '../store/end-generation.ts';

const app = await createTestApp();
const { key } = await signUp(app);

test('shows what was found when a video was checked, and no check before there is a video', async () => {
  const body = { prompt: 'a calm morning', duration: 4, aspect_ratio: '1:1' };
  const submitted = await app.json<Generation>('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
    key,
    body,
  });
  assert.deepEqual(submitted.body.checks, []);
  const claimed = await claimGeneration(app.store, { engine: 'local', leaseSeconds: 60 });
  assert.ok(claimed);
  const check = {
    name: 'product_colour',
    status: 'failed',
    message: 'ΔE2000 9.1.',
    measured: 9.1,
    limit: 5,
    pointer: '/shots/0',
  } as const;
  const message = 'The film did not pass its own check of product colour. ΔE2000 9.1.';
  await failGeneration(app.store, claimed, {
    code: 'check_failed',
    message,
    checks: [check],
  });
  const shown = await app.json<Generation>('GET', `/v1/generations/${claimed.id}`, { key });
  assert.deepEqual(shown.body.checks, [check]);
  const docUrl = 'http://localhost/docs/errors/check_failed';
  assert.deepEqual(shown.body.error, { code: 'check_failed', message, charged: false, doc_url: docUrl });
  assert.ok(generationSchema.safeParse(shown.body).success);
});

test('the API document names every check and the code of a failed one', async () => {
  const { components } = (await (await app.call('/openapi.json')).json()) as {
    components: { schemas: Record<string, { properties: Record<string, unknown> }> };
  };
  const { Check: check, Generation: generation } = components.schemas;
  assert.deepEqual(check?.properties.name, { type: 'string', enum: [...checkNames] });
  assert.match(JSON.stringify(generation?.properties.checks), /#\/components\/schemas\/Check/);
  assert.match(JSON.stringify(generation?.properties.error), /check_failed/);
});
