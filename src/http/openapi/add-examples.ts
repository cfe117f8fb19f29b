import type { Document, MediaType } from './document-shape.ts';
import recorded from './examples.json' with { type: 'json' };
import { schemaName } from './schema-name.ts';

/** By the name of the schema: answers of a real server, and bodies that it took. */
const examples: Readonly<Record<string, unknown>> = recorded;

/** Gives every JSON body the example of its schema. */
export function addExamples(document: Document): void {
  for (const methods of Object.values(document.paths))
    for (const { requestBody, responses } of Object.values(methods)) {
      const bodies = [requestBody, ...Object.values(responses)];
      for (const body of bodies) for (const media of Object.values(body?.content ?? {})) addExample(media);
    }
}

function addExample(media: MediaType): void {
  const name = schemaName(media.schema);
  if (name === undefined || media.example !== undefined) return;
  const example = examples[name];
  if (example !== undefined) media.example = example;
}
