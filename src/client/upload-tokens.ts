import type { CreatedUploadToken, NewUploadToken, UploadToken } from '../contract/upload-token.ts';
import { routesOf } from './route.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };

export interface UploadTokenCalls {
  uploadTokens: {
    /** The token is shown this once: hand it to the page that is to upload. */
    create(body?: NewUploadToken, options?: Options): Promise<CreatedUploadToken>;
    /** What is left of it, and the files that were uploaded with it. */
    get(id: string, options?: Options): Promise<UploadToken>;
    revoke(id: string, options?: Options): Promise<UploadToken>;
  };
}

export function uploadTokenCalls(transport: Transport): UploadTokenCalls {
  const route = routesOf(transport);
  return {
    uploadTokens: {
      // A token whose answer was lost is known to nobody and ends by itself.
      create: route('POST /v1/upload-tokens body again'),
      get: route('GET /v1/upload-tokens/{}'),
      revoke: route('DELETE /v1/upload-tokens/{}'),
    },
  };
}
