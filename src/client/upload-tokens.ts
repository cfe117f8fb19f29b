import type { CreatedUploadToken, NewUploadToken, UploadToken } from '../contract/upload-token.ts';
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
  const at = (id: string) => `/v1/upload-tokens/${encodeURIComponent(id)}`;
  return {
    uploadTokens: {
      // A token whose answer was lost is known to nobody and ends by itself.
      create: (body = {}, { signal } = {}) =>
        transport.call({ method: 'POST', path: '/v1/upload-tokens', json: body, repeatable: true, signal }),
      get: (id, { signal } = {}) => transport.call({ method: 'GET', path: at(id), signal }),
      revoke: (id, { signal } = {}) => transport.call({ method: 'DELETE', path: at(id), signal }),
    },
  };
}
