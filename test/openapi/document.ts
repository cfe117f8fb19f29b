import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { TestApp } from '../app.ts';

export type Schema = { [keyword: string]: unknown } & { $ref?: string };

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

export interface Operation {
  /** Such as `POST /v1/files`. */
  name: string;
  method: string;
  path: string;
  parameters: Parameter[];
  /** Schemas of the body by media type; empty where it takes none. */
  bodies: Map<string, Schema>;
  /** Schemas of the answers by status (or `default`), then by media type. */
  answers: Map<string, Map<string, Schema>>;
}

export interface OpenApi {
  operations: Operation[];
  /** What a reference such as `#/components/schemas/File` means. */
  resolve(schema: Schema): Schema;
  /** Throws unless the answer is one that the document names, with a body of its shape. */
  check(operation: Operation, answer: { status: number; contentType: string; body: unknown }): void;
}

interface RawOperation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, RawAnswer & { $ref?: string }>;
}

interface RawAnswer {
  content?: Record<string, { schema: Schema }>;
}

interface RawDocument {
  paths: Record<string, Record<string, RawOperation>>;
  components: { schemas: Record<string, Schema>; responses: Record<string, RawAnswer> };
}

/** What a running app says about itself at `/openapi.json`. */
export async function readOpenApi(app: TestApp): Promise<OpenApi> {
  const response = await app.call('/openapi.json');
  assert.equal(response.status, 200);
  const document = (await response.json()) as RawDocument;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) =>
      readOperation(document, { method: method.toUpperCase(), path, raw }),
    ),
  );
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi');
  const validators = new Map<Schema, ValidateFunction>();
  const validatorOf = (schema: Schema): ValidateFunction => {
    const known = validators.get(schema);
    if (known !== undefined) return known;
    // References are written from the root of the document.
    const made = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')));
    validators.set(schema, made);
    return made;
  };
  return {
    operations,
    resolve(schema) {
      const name = schema.$ref?.replace('#/components/schemas/', '');
      if (name === undefined) return schema;
      const found = document.components.schemas[name];
      assert.ok(found !== undefined, `${schema.$ref} leads nowhere`);
      return found;
    },
    check({ name, answers }, { status, contentType, body }) {
      const types = answers.get(String(status)) ?? answers.get('default');
      assert.ok(types !== undefined, `${name} answered ${status}, which it does not document`);
      const known = [...types.keys()];
      const type = contentType.split(';')[0] ?? '';
      if (known.length === 0) return assert.equal(type, '', `${name}: ${status} has a body of ${type}`);
      const schema = types.get(type) ?? types.get(type.replace(/\/.*/, '/*'));
      assert.ok(schema !== undefined, `${name}: ${status} is ${type}, documented as ${known.join(', ')}`);
      if (!/\bjson$/.test(type) || type === 'application/x-ndjson') return;
      const validate = validatorOf(schema);
      assert.ok(
        validate(body),
        `${name}: ${status} is not of its documented shape: ${ajv.errorsText(validate.errors ?? [])}`,
      );
    },
  };
}

function readOperation(
  { components }: RawDocument,
  { method, path, raw }: { method: string; path: string; raw: RawOperation },
): Operation {
  const shared = (ref: string) =>
    components.responses[ref.replace('#/components/responses/', '')] ?? assert.fail(`${ref} leads nowhere`);
  const schemas = (content: Record<string, { schema: Schema }> = {}) =>
    new Map(Object.entries(content).map(([type, { schema }]): [string, Schema] => [type, schema]));
  return {
    name: `${method} ${path}`,
    method,
    path,
    parameters: raw.parameters ?? [],
    bodies: schemas(raw.requestBody?.content),
    answers: new Map(
      Object.entries(raw.responses).map(([status, answer]): [string, Map<string, Schema>] => [
        status,
        schemas((answer.$ref === undefined ? answer : shared(answer.$ref)).content),
      ]),
    ),
  };
}

/** A path with its parameters filled in. */
export function pathOf(path: string, values: Record<string, string>): string {
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = values[name];
    assert.ok(value !== undefined, `${path} needs a value for ${name}`);
    return encodeURIComponent(value);
  });
}
