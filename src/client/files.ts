import type { File, FoundFiles } from '../contract/file.ts';
import { type FileContent, readContent } from './read-content.ts';
import { withRetries } from './retry.ts';
import { routesOf } from './route.ts';
import type { Transport } from './transport.ts';

export interface Files {
  /**
   * Uploads an image, a video or an audio clip; its id is a reference. A repeat makes another file, which costs nothing.
   * `name` is that of the content if absent.
   */
  upload(content: FileContent, name?: string, options?: { signal?: AbortSignal }): Promise<File>;
  /** Which of these contents, at most 1,000, are files already. */
  find(sha256: readonly string[], options?: { signal?: AbortSignal }): Promise<FoundFiles['data']>;
  get(id: string, options?: { signal?: AbortSignal }): Promise<File>;
  delete(id: string, options?: { signal?: AbortSignal }): Promise<void>;
  /** The bytes behind a link that Kinora gave, such as `output.url`. The key is not sent along. */
  download(url: string, options?: { signal?: AbortSignal }): Promise<ReadableStream<Uint8Array>>;
}

const uploadTimeoutMs = 300_000;

export function fileCalls(transport: Transport): Files {
  const route = routesOf(transport);
  const find = route<(body: object, options?: { signal?: AbortSignal }) => Promise<FoundFiles['data']>>(
    'POST /v1/files/find body again data',
  );
  return {
    upload: (content, name, { signal } = {}) => uploadFile(transport, { content, name, signal }),
    find: (sha256, options) => find({ sha256 }, options),
    get: route('GET /v1/files/{}'),
    delete: route('DELETE /v1/files/{}'),
    async download(url, { signal } = {}) {
      const response = await withRetries(transport.policy, () => transport.open(url, { signal }), signal);
      return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
    },
  };
}

/** One file, sent again until it has arrived. */
export async function uploadFile(
  transport: Transport,
  upload: { content: FileContent; name: string | undefined; signal: AbortSignal | undefined },
): Promise<File> {
  const { signal } = upload;
  const { blob, name } = await readContent(upload.content, { fetch: transport.fetch, signal });
  const body = new FormData();
  body.set('file', blob, upload.name ?? name ?? 'file');
  return transport.call({
    method: 'POST',
    path: '/v1/files',
    body,
    repeatable: true,
    timeoutMs: uploadTimeoutMs,
    signal,
  });
}
