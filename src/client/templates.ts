import type { z } from '@hono/zod-openapi';
import type { Bundle, BundlePage, BundleStability, newBundleSchema } from '../contract/bundle.ts';
import type {
  newTemplateSchema,
  previewRequestSchema,
  Template,
  TemplatePage,
  TemplatePreview,
} from '../contract/template.ts';
import { listPaged, type Paged } from './paged.ts';
import { queryText } from './query-text.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };
type Version = Options & { version?: number };
type PageQuery = { limit?: number; cursor?: string };

/** Named things in versions that never change. */
export interface TemplateCalls {
  templates: {
    /** A new version where it differs from the newest; checked before. */
    put(name: string, body: z.input<typeof newTemplateSchema>, options?: Options): Promise<Template>;
    /** The newest version unless one is named. */
    get(name: string, options?: Version): Promise<Template>;
    list(query?: PageQuery, options?: Options): Paged<TemplatePage>;
    /** The prompts of up to 50 rows, or what is wrong with each. */
    preview(
      name: string,
      body: z.input<typeof previewRequestSchema>,
      options?: Options,
    ): Promise<TemplatePreview>;
  };
  bundles: {
    /** A new version where its contents differ from the newest; URLs are fetched and kept. */
    put(name: string, body: z.input<typeof newBundleSchema>, options?: Options): Promise<Bundle>;
    get(name: string, options?: Version): Promise<Bundle>;
    list(query?: PageQuery, options?: Options): Paged<BundlePage>;
    versions(name: string, query?: PageQuery, options?: Options): Paged<BundlePage>;
    /** How alike the videos made with it look. */
    stability(name: string, options?: Version): Promise<BundleStability>;
  };
}

export function templateCalls(transport: Transport): TemplateCalls {
  const calls = (root: string) => {
    const at = (name: string, rest = '') => `${root}/${encodeURIComponent(name)}${rest}`;
    const get =
      (rest: string) =>
      <T>(name: string, { version, signal }: Version = {}): Promise<T> =>
        transport.call({ method: 'GET', path: at(name, rest) + queryText({ version }), signal });
    return {
      at,
      get,
      list: <P extends TemplatePage | BundlePage>(query: PageQuery = {}, options?: Options) =>
        listPaged(transport, root, query, options) as unknown as Paged<P>,
      put: <T>(name: string, json: object, { signal }: Options = {}): Promise<T> =>
        transport.call({ method: 'PUT', path: at(name), json, signal }),
    };
  };
  const templates = calls('/v1/templates');
  const bundles = calls('/v1/bundles');
  return {
    templates: {
      put: templates.put,
      get: templates.get(''),
      list: templates.list,
      preview: (name, json, { signal } = {}) =>
        transport.call({
          method: 'POST',
          path: templates.at(name, '/preview'),
          json,
          repeatable: true,
          signal,
        }),
    },
    bundles: {
      put: bundles.put,
      get: bundles.get(''),
      list: bundles.list,
      versions: (name, query = {}, options) =>
        listPaged(transport, bundles.at(name, '/versions'), query, options),
      stability: bundles.get('/stability'),
    },
  };
}
