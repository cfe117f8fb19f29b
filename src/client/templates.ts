import type { z } from '@hono/zod-openapi';
import type { Bundle, BundlePage, BundleStability, newBundleSchema } from '../contract/bundle.ts';
import type {
  newTemplateSchema,
  previewRequestSchema,
  Template,
  TemplatePage,
  TemplatePreview,
} from '../contract/template.ts';
import type { Paged } from './paged.ts';
import { routesOf } from './route.ts';
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
  const route = routesOf(transport);
  const versioned = <T>(path: string) => {
    const get = route<(name: string, query: object, options: Options) => Promise<T>>(`GET ${path} query`);
    return (name: string, { version, ...options }: Version = {}) => get(name, { version }, options);
  };
  return {
    templates: {
      put: route('PUT /v1/templates/{} body'),
      get: versioned('/v1/templates/{}'),
      list: route('GET /v1/templates pages'),
      preview: route('POST /v1/templates/{}/preview body again'),
    },
    bundles: {
      put: route('PUT /v1/bundles/{} body'),
      get: versioned('/v1/bundles/{}'),
      list: route('GET /v1/bundles pages'),
      versions: route('GET /v1/bundles/{}/versions pages'),
      stability: versioned('/v1/bundles/{}/stability'),
    },
  };
}
