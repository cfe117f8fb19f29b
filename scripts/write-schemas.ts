// Writes the JSON schemas below docs/ from those that the API parses with: node scripts/write-schemas.ts
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { workflowSchema } from '../src/batch/workflow.ts';
import { storyboardSchema } from '../src/contract/storyboard.ts';

const inDocs = (name: string) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));

export const storyboardSchemaPath = inDocs('storyboard.schema.json');
export const workflowSchemaPath = inDocs('workflow.schema.json');

/** JSON Schema, draft 2020-12: as much of the contract as that language can say; docs/storyboard.md says the rest. */
export function storyboardJsonSchema() {
  const { $schema, ...schema } = z.toJSONSchema(storyboardSchema, { target: 'draft-2020-12' });
  return {
    $schema,
    title: 'Kinora storyboard',
    description:
      'A film as decided before a pixel is drawn. Times are seconds from its start, lengths short sides of the frame, colours #rrggbb.',
    ...schema,
  };
}

/** Of what a person writes, with defaults left out; docs/workflows.md says the rest. */
export function workflowJsonSchema() {
  const { $schema, ...schema } = z.toJSONSchema(workflowSchema, { target: 'draft-2020-12', io: 'input' });
  return {
    $schema,
    title: 'Kinora workflow',
    description: 'One video for each row of a source: docs/workflows.md explains each field.',
    ...(withoutDrivers(schema) as typeof schema),
  };
}

/** Sources and sinks may leave their driver out, since their fields tell it; then several shapes may fit. */
function withoutDrivers(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDrivers);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { oneOf, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, withoutDrivers(value)]),
  );
  if (!Array.isArray(oneOf)) return oneOf === undefined ? rest : { ...rest, oneOf };
  const anyOf = oneOf.map(({ required = [], ...shape }: { required?: string[] }) => ({
    ...shape,
    required: required.filter((name) => name !== 'driver'),
  }));
  return { ...rest, anyOf };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const schemas = [
    [storyboardSchemaPath, storyboardJsonSchema()],
    [workflowSchemaPath, workflowJsonSchema()],
  ] as const;
  for (const [path, schema] of schemas) await writeFile(path, `${JSON.stringify(schema, undefined, 2)}\n`);
  const { status } = spawnSync(
    'node_modules/.bin/biome',
    ['format', '--write', ...schemas.map(([path]) => path)],
    { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
}
