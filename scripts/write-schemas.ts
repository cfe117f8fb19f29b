// Writes the JSON schemas below docs/ from those that the API parses with: node scripts/write-schemas.ts
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { storyboardSchema } from '../src/contract/storyboard.ts';

export const storyboardSchemaPath = fileURLToPath(new URL('../docs/storyboard.schema.json', import.meta.url));

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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(storyboardSchemaPath, `${JSON.stringify(storyboardJsonSchema(), undefined, 2)}\n`);
  const { status } = spawnSync('node_modules/.bin/biome', ['format', '--write', storyboardSchemaPath], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
