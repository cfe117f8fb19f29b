import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { createTestApp } from '../../../test/app.ts';
import { errorCodes } from '../../domain/errors.ts';
import type { Document, MediaType, Operation } from './document-shape.ts';
import { schemaName } from './schema-name.ts';
import { tags } from './tags.ts';

const app = await createTestApp();
const source = await (await app.call('/openapi.json')).text();
const document = JSON.parse(source) as Document & { tags: { name: string }[] };

const operations: [name: string, operation: Operation][] = Object.entries(document.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
);

/** Bodies that are bytes or lines have no example that would tell anybody more than their type. */
const isJson = (type: string) => type === 'application/json';

const bodiesOf = ({ requestBody, responses }: Operation): [string, MediaType][] =>
  [requestBody, ...Object.values(responses)].flatMap((body) => Object.entries(body?.content ?? {}));

test('the document is sound, and every example fits its schema', async () => {
  const config = await createConfig({
    extends: ['minimal'],
    rules: {
      'no-invalid-media-type-examples': { severity: 'error', allowAdditionalProperties: false },
      'no-invalid-schema-examples': 'error',
      'no-invalid-parameter-examples': 'error',
      'operation-operationId': 'error',
      'operation-operationId-unique': 'error',
      'operation-operationId-url-safe': 'error',
      'operation-summary': 'error',
      'operation-description': 'error',
      'operation-singular-tag': 'error',
      'operation-tag-defined': 'error',
      'operation-2xx-response': 'error',
      'tag-description': 'error',
      'no-ambiguous-paths': 'off',
      'no-identical-paths': 'error',
      'path-parameters-defined': 'error',
      'security-defined': 'off',
      'no-unused-components': 'error',
      // Everybody serves it from an address of their own; ours is that of the machine.
      'no-server-example.com': 'off',
      // What may be refused is compared below.
      'operation-4xx-response': 'off',
    },
  });
  const problems = await lintFromString({ source, absoluteRef: '/openapi.json', config });
  const told = problems.map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer}`,
  );
  assert.deepEqual(told, []);
});

test('every route says what it is, in words that an SDK generator can use', () => {
  assert.ok(operations.length > 60, `${operations.length} operations`);
  const known = new Set<string>(tags.map(({ name }) => name));
  for (const [name, { operationId, summary, description, tags: given }] of operations) {
    assert.match(operationId ?? '', /^[a-z][a-zA-Z]{4,40}$/, `${name}: operationId`);
    assert.ok((summary ?? '').length >= 10 && !summary?.endsWith('.'), `${name}: summary "${summary}"`);
    assert.match(description ?? '', /^.{15,}[.:]$/s, `${name}: description "${description}"`);
    assert.ok(
      given?.every((tag) => known.has(tag)),
      `${name}: tag ${given}`,
    );
  }
  const used = new Set(operations.flatMap(([, { tags: given = [] }]) => given));
  assert.deepEqual(
    [...known].filter((tag) => !used.has(tag)),
    [],
    'a tag without a route',
  );
});

test('every route below /v1 needs a key, but for those that bring a signature of their own, or are for everybody', () => {
  const open = operations.filter(([, { security }]) => security === undefined).map(([name]) => name);
  assert.deepEqual(open.sort(), [
    'get /healthz',
    'get /r/{public_id}/{file}',
    'get /v1/content/{name}',
    'post /v1/payments/stripe/webhook',
  ]);
});

test('every JSON body has an example', () => {
  for (const [name, operation] of operations)
    for (const [type, { schema, example }] of bodiesOf(operation)) {
      if (!isJson(type)) continue;
      assert.ok(schemaName(schema), `${name}: the schema of a body needs a name (.openapi('Name'))`);
      assert.ok(
        example !== undefined,
        `${name}: src/http/openapi/examples.json has no ${schemaName(schema)}; node scripts/record-examples.ts makes it`,
      );
    }
});

test('every code of an error stands in an answer of the document', () => {
  const text = JSON.stringify(document.components.responses);
  for (const code of errorCodes) assert.ok(text.includes(`"code":"${code}"`), code);
});

test('what a route takes decides by which statuses it may refuse', () => {
  const refusals = (name: string) => {
    const [, operation] = operations.find(([candidate]) => candidate === name) ?? assert.fail(name);
    return Object.keys(operation.responses).filter((status) => status >= '400');
  };
  for (const [name] of operations) assert.ok(refusals(name).length > 1, name);
  assert.deepEqual(refusals('get /healthz'), ['500', '503']);
  assert.deepEqual(refusals('get /v1/generations/{id}'), ['401', '403', '404', '422', '500', '503']);
  assert.deepEqual(refusals('post /v1/bytedance/seedance-2.0/reference-to-video'), [
    '401',
    '402',
    '403',
    '409',
    '413',
    '415',
    '422',
    '500',
    '503',
  ]);
  assert.deepEqual(refusals('post /v1/generations/{id}/adopt'), [
    '401',
    '402',
    '403',
    '404',
    '409',
    '422',
    '500',
    '503',
  ]);
});
