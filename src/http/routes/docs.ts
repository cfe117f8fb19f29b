import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../../domain/errors.ts';
import { asset, isAsset } from '../docs/assets.ts';
import { docsFolder } from '../docs/docs-folder.ts';
import { guidePage, guidesHome } from '../docs/guide-page.ts';
import { llmsFull, llmsIndex } from '../docs/llms.ts';
import { type Docs, loadDocs } from '../docs/pages.ts';
import { referencePage } from '../docs/reference-page.ts';
import { isServedAsset } from '../docs/resolve-link.ts';
import type { Env, HttpDeps } from '../env.ts';

const dayInSeconds = 86_400;

/**
 * The documentation: pages for people, the same as Markdown for programs. Public, since it tells nothing of any
 * account; and all from here, so that it works where nothing else can be reached.
 */
export function docsRoutes(app: OpenAPIHono<Env>, deps: Pick<HttpDeps, 'links'>): void {
  let loading: Promise<Docs> | undefined;
  const docs = () => {
    loading ??= loadDocs().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };

  app.get('/docs', (c) => page(c, referencePage(), referencePolicy(deps)));
  app.get('/docs/', (c) => c.redirect(deps.links.absolute('/docs')));
  app.get('/docs/assets/:name', (c) => sendAsset(c));
  app.get('/docs/guides', async (c) => page(c, guidesHome(await docs()), pagePolicy));
  app.get('/docs/:path{(guides|errors)/.+}', async (c) => {
    const { path } = c.req;
    const file = path.replace(/^\/docs\/guides\//, '');
    if (isServedAsset(file)) return sendPicture(c, file);
    const known = (await docs()).byPath;
    const markdown = path.endsWith('.md') ? known.get(path.slice(0, -'.md'.length)) : undefined;
    if (markdown !== undefined) return text(c, markdown.markdown, 'text/markdown');
    const wanted = known.get(path);
    if (wanted === undefined) throw nothingAt(path);
    return page(c, guidePage(await docs(), wanted), pagePolicy);
  });
  app.get('/schemas/:name{(workflow|storyboard)\\.json}', (c) =>
    sendPicture(c, c.req.param('name').replace(/\.json$/, '.schema.json')),
  );
  app.get('/llms.txt', async (c) =>
    text(
      c,
      llmsIndex(await docs(), (path) => deps.links.absolute(path)),
      'text/plain',
    ),
  );
  app.get('/llms-full.txt', async (c) => text(c, llmsFull(await docs()), 'text/plain'));
}

/** Nothing from elsewhere, and nothing that a page brings along inside itself. */
const pagePolicy = policyOf({
  'script-src': "'self'",
  'style-src': "'self'",
  'font-src': "'self'",
  'img-src': "'self'",
});

/** The viewer writes styles as it runs, not all with a nonce, and tries calls out against this API. Scripts stay ours alone. */
function referencePolicy({ links }: Pick<HttpDeps, 'links'>): string {
  return policyOf({
    'script-src': "'self'",
    'style-src': "'self' 'unsafe-inline'",
    'font-src': "'self'",
    'img-src': "'self' data: blob:",
    'media-src': "'self' blob:",
    'connect-src': `'self' ${new URL(links.absolute('/')).origin}`,
  });
}

function policyOf(directives: Record<string, string>): string {
  const closed = {
    'default-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  };
  return Object.entries({ ...closed, ...directives })
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

async function page(c: Context<Env>, html: Promise<string>, policy: string): Promise<Response> {
  return c.body(await html, 200, {
    ...common,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy,
  });
}

const common = {
  'Cache-Control': 'public, max-age=300',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

const text = (c: Context<Env>, body: string, type: string) =>
  c.body(body, 200, { ...common, 'Content-Type': `${type}; charset=utf-8` });

async function sendAsset(c: Context<Env>): Promise<Response> {
  const name = c.req.param('name') ?? '';
  if (!isAsset(name)) throw nothingAt(c.req.path);
  const { bytes, gzipped, contentType, hash } = await asset(name);
  const etag = `"${hash}"`;
  const kept = c.req.query('v') === hash ? 'public, max-age=31536000, immutable' : 'public, max-age=300';
  const headers = { ...common, 'Cache-Control': kept, ETag: etag, Vary: 'Accept-Encoding' };
  if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
  const type = { ...headers, 'Content-Type': contentType };
  const takesGzip = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
  return gzipped !== undefined && takesGzip
    ? c.body(gzipped, 200, { ...type, 'Content-Encoding': 'gzip' })
    : c.body(bytes, 200, type);
}

const pictureTypes: Record<string, string> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  svg: 'image/svg+xml',
  webp: 'image/webp',
  json: 'application/json',
};

async function sendPicture(c: Context<Env>, file: string): Promise<Response> {
  const bytes = await readFile(join(docsFolder, file)).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? nothingAt(c.req.path) : error;
  });
  const type = pictureTypes[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  return c.body(new Uint8Array(bytes), 200, {
    ...common,
    'Cache-Control': `public, max-age=${dayInSeconds}`,
    'Content-Type': type,
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  });
}

const nothingAt = (path: string) =>
  new AppError('not_found', `There is no page at ${path}.`, { hint: 'GET /docs/guides lists every page.' });
