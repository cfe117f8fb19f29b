import type { Document } from '../../src/http/openapi/document-shape.ts';
import { schemaName } from '../../src/http/openapi/schema-name.ts';

type Json = Record<string, unknown>;

export interface Recorder {
  /** Makes a call, keeps its body and its answer under the names of their schemas, and gives the answer. Throws for a refusal. */
  call(key: string, method: string, path: string, body?: object): Promise<Json>;
  /** Everything kept so far; of several under one name the fullest. */
  examples: Map<string, unknown>;
}

/** Calls a running server, and keeps one example for every schema of its document that it meets. */
export async function createRecorder(url: string): Promise<Recorder> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
  const examples = new Map<string, unknown>();
  const keep = (schema: object | undefined, value: unknown) => {
    const name = schema === undefined ? undefined : schemaName(schema);
    if (name !== undefined && length(value) > length(examples.get(name))) examples.set(name, value);
  };
  return {
    examples,
    async call(key, method, path, body) {
      const isForm = body instanceof FormData;
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      });
      const answer = (await response.json()) as Json;
      if (!response.ok) throw new Error(`${method} ${path} was refused: ${JSON.stringify(answer)}`);
      const operation = operationAt(document, method, path);
      keep(operation.responses[response.status]?.content?.['application/json']?.schema, answer);
      if (body !== undefined && !isForm)
        keep(operation.requestBody?.content['application/json']?.schema, withoutSteering(body));
      return answer;
    },
  };
}

const length = (value: unknown) => JSON.stringify(value)?.length ?? 0;

/** A body as anybody would send it: the engine and its behaviour are chosen here so that recording is quick. */
function withoutSteering(body: object): object {
  return JSON.parse(
    JSON.stringify(body, (name, value) => (['engine', 'simulate'].includes(name) ? undefined : value)),
  );
}

function operationAt({ paths }: Document, method: string, path: string) {
  const [bare = ''] = path.split('?');
  const matching = Object.keys(paths).filter((pattern) =>
    new RegExp(`^${pattern.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(bare),
  );
  // A path that is written out goes before one with an id in its place.
  const [closest = ''] = matching.sort((a, b) => a.split('{').length - b.split('{').length);
  const operation = paths[closest]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`the document has no ${method} ${path}`);
  return operation;
}
