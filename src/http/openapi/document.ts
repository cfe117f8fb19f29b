import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Env } from '../env.ts';
import { addExamples } from './add-examples.ts';
import { addRefusals } from './add-refusals.ts';
import type { Document } from './document-shape.ts';
import { tags } from './tags.ts';

/** How a caller shows who it is, for the document. */
export function describeSecurity(app: OpenAPIHono<Env>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'The key of an account: kin_live_… or kin_test_….',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'operator', {
    type: 'http',
    scheme: 'bearer',
    description: 'The operator key, from the file operator-key in the data folder of the server.',
  });
}

const kept = new WeakMap<OpenAPIHono<Env>, { baseUrl: string; document: Document }>();

/** The description of every route of `app` that has one, complete with refusals and examples. Made once for an address. */
export function openApiDocument(app: OpenAPIHono<Env>, baseUrl: string): Document {
  const known = kept.get(app);
  if (known?.baseUrl === baseUrl) return known.document;
  const made: unknown = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Kinora',
      version: '1',
      description,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: baseUrl }],
    externalDocs: { url: `${baseUrl}/docs/guides`, description: 'Guides' },
    tags: [...tags],
  });
  // What it holds was put in by our own routes; a test lints the whole.
  const document = made as Document;
  addRefusals(document);
  addExamples(document);
  kept.set(app, { baseUrl, document });
  return document;
}

const description = `The Seedance 2.0 Reference API, served from your own machine: a prompt with up to 9 images, 3 videos and
3 audio clips becomes one video of 4 to 15 seconds, 720p, with sound.

**In short.** Make a key, \`POST\` a request with an \`Idempotency-Key\`, poll \`GET /v1/generations/{id}\` until \`status\` is
\`complete\` or \`failed\`, download \`output.url\`. Credits are held at submit, taken when a measured video is stored, and given
back otherwise.

**Errors** are RFC 9457 with a \`code\` from a closed list, a \`hint\`, and a \`doc_url\` that explains the code.

**Lists** come page by page: send \`next_cursor\` of one page as \`cursor\` for the next.
`;
