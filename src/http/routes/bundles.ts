import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { measureStability } from '../../actions/measure-stability.ts';
import { putBundle, type WantedBundleReference } from '../../actions/put-bundle.ts';
import {
  type Bundle,
  bundlePageSchema,
  bundleSchema,
  newBundleSchema,
  stabilitySchema,
} from '../../contract/bundle.ts';
import { givenReference } from '../../contract/reference.ts';
import { namesQuerySchema, resourceNameSchema, versionQuerySchema } from '../../contract/template.ts';
import { isStorable } from '../../contract/text.ts';
import { AppError, type Fault } from '../../domain/errors.ts';
import type { MediaKind } from '../../domain/media-facts.ts';
import { type BundleRow, findBundle, listBundles, listBundleVersions } from '../../store/bundles.ts';
import { accountOf } from '../auth.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Env, HttpDeps } from '../env.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const params = z.object({ name: resourceNameSchema('bundle') });

const nameCursor = z.strictObject({ name: z.string().refine(isStorable) });
const versionCursor = z.strictObject({ version: z.int().min(1).max(1_000_000) });

/** References that belong together, such as those of a brand, in versions that never change. */
export function bundleRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const { store, links } = deps;
  app.openapi(
    createRoute({
      method: 'put',
      path: '/v1/bundles/{name}',
      summary: 'Keep a bundle of references; what has changed becomes a new version',
      operationId: 'putBundle',
      tags: ['Templates and bundles'],
      description:
        'Every URL is fetched once and kept as a file, so that later videos use the same bytes whatever becomes of the address. Sent again with the same contents it is the version that is there.',
      security: keyNeeded,
      request: { params, body: jsonBody(newBundleSchema) },
      responses: {
        200: json(bundleSchema, 'As it was already.'),
        201: json(bundleSchema, 'A new version.'),
        ...refusals,
      },
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const body = c.req.valid('json');
      const bundle = { name, description: body.description, references: wantedOf(body) };
      const { row, isNew } = await putBundle(deps, accountOf(c), bundle);
      if (!isNew) return c.json(present(row), 200);
      c.header('Location', links.absolute(`/v1/bundles/${name}?version=${row.version}`));
      return c.json(present(row), 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/bundles',
      summary: 'Your bundles, each in its newest version, by name',
      operationId: 'listBundles',
      tags: ['Templates and bundles'],
      description: 'GET /v1/bundles/{name}/versions lists the earlier ones.',
      security: keyNeeded,
      request: { query: namesQuerySchema },
      responses: { 200: json(bundlePageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const after = cursor === undefined ? undefined : readCursor(cursor, nameCursor).name;
      const { rows, next } = await listBundles(store, accountOf(c).accountId, { after, limit });
      const next_cursor = next === undefined ? null : writeCursor({ name: next });
      return c.json({ object: 'list' as const, data: rows.map(present), next_cursor }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/bundles/{name}',
      summary: 'One bundle',
      operationId: 'getBundle',
      tags: ['Templates and bundles'],
      description: 'In its newest version, or in that which `version` names.',
      security: keyNeeded,
      request: { params, query: versionQuerySchema },
      responses: { 200: json(bundleSchema, 'The bundle.'), ...refusals },
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      return c.json(present(await need(accountOf(c).accountId, name, c.req.valid('query').version)), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/bundles/{name}/versions',
      summary: 'All versions of a bundle, newest first',
      operationId: 'listBundleVersions',
      tags: ['Templates and bundles'],
      description: 'None of them ever changes.',
      security: keyNeeded,
      request: { params, query: namesQuerySchema },
      responses: { 200: json(bundlePageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const { limit, cursor } = c.req.valid('query');
      const before = cursor === undefined ? undefined : readCursor(cursor, versionCursor).version;
      const { rows, next } = await listBundleVersions(store, accountOf(c).accountId, name, { before, limit });
      if (rows.length === 0 && before === undefined) throw noBundle(name, undefined);
      const next_cursor = next === undefined ? null : writeCursor({ version: next });
      return c.json({ object: 'list' as const, data: rows.map(present), next_cursor }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/bundles/{name}/stability',
      summary: 'How alike the videos made with a bundle look',
      operationId: 'getBundleStability',
      tags: ['Templates and bundles'],
      description:
        'Compares the main colours of posters, pair by pair: it sees palette and light, and neither shapes nor motion.',
      security: keyNeeded,
      request: { params, query: versionQuerySchema },
      responses: { 200: json(stabilitySchema, 'As measured now.'), ...refusals },
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const owner = accountOf(c);
      const bundle = await need(owner.accountId, name, c.req.valid('query').version);
      const { outputs, meanDistance, furthest } = await measureStability(deps, owner, bundle);
      return c.json(
        {
          object: 'bundle_stability' as const,
          name,
          version: bundle.version,
          outputs,
          mean_distance: meanDistance === undefined ? null : rounded(meanDistance),
          furthest:
            furthest === undefined
              ? null
              : { generation_id: furthest.generationId, distance: rounded(furthest.distance) },
        },
        200,
      );
    },
  );

  async function need(accountId: string, name: string, version: number | undefined): Promise<BundleRow> {
    const row = await findBundle(store, accountId, name, version);
    if (row === undefined) throw noBundle(name, version);
    return row;
  }
}

function wantedOf({ images, videos, audio }: z.infer<typeof newBundleSchema>): WantedBundleReference[] {
  const faults: Fault[] = [];
  const fault = (pointer: string, message: string) =>
    faults.push({ pointer, code: 'invalid_request', message });
  const lists = [
    ['image', 'images', images],
    ['video', 'videos', videos],
    ['audio', 'audio', audio],
  ] as const satisfies [MediaKind, string, typeof images][];
  const wanted = lists.flatMap(([kind, field, entries = []]) =>
    entries.flatMap((entry, index) => {
      const pointer = `/${field}/${index}`;
      const { priority, ...wire } = typeof entry === 'string' ? { url: entry } : entry;
      const given = givenReference(typeof entry === 'string' ? entry : wire);
      if (given !== undefined) return [{ kind, pointer, priority, ...given }];
      fault(pointer, 'A reference object names either url or file_id, and not both.');
      return [];
    }),
  );
  const seen = new Set<string>();
  for (const { alias, pointer } of wanted) {
    if (alias === undefined) continue;
    if (seen.has(alias.toLowerCase())) fault(`${pointer}/alias`, `The alias "${alias}" is given twice.`);
    seen.add(alias.toLowerCase());
  }
  const [first] = faults;
  if (first !== undefined) throw new AppError('invalid_request', first.message, { faults });
  return wanted;
}

const noBundle = (name: string, version: number | undefined) =>
  new AppError(
    'not_found',
    `There is no bundle ${version === undefined ? name : `${name}@${version}`} in this account.`,
    { hint: 'GET /v1/bundles lists them.' },
  );

const rounded = (distance: number) => Math.round(distance * 100) / 100;

const present = (row: BundleRow): Bundle => ({
  object: 'bundle',
  name: row.name,
  version: row.version,
  hash: row.hash,
  description: row.description,
  references: row.references.map(({ kind, sha256, fileId, role, alias, priority, sourceUrl }) => ({
    kind,
    sha256,
    file_id: fileId,
    role,
    alias,
    priority,
    source_url: sourceUrl,
  })),
  created_at: row.createdAt.toISOString(),
});
