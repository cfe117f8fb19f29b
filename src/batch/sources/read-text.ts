import { createReadStream } from 'node:fs';
import { askPatiently, bodyOf, shown } from '../ask-patiently.ts';
import { expandHeaders } from '../environment.ts';
import { fileError, pathIn } from '../files.ts';
import { decodeStream } from './decode-text.ts';
import type { FileOrUrl } from './file-or-url.ts';
import type { SourceContext } from './source.ts';

const chunkBytes = 256 * 1_024;
const maxBytes = 2_000_000_000;
const timeoutMs = 3_600_000;

export const nameOf = ({ path, url }: FileOrUrl) => path ?? (url === undefined ? '' : shown(new URL(url)));

/** The text of a file or an address, in pieces. Throws an AppError where it cannot be read. */
export async function* readText(
  spec: FileOrUrl,
  context: SourceContext,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const name = nameOf(spec);
  const bytes =
    spec.path === undefined ? fetched(spec, context, signal) : fromFile(spec.path, context, signal);
  yield* decodeStream(bytes, name);
}

async function* fromFile(
  path: string,
  { folder }: SourceContext,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = createReadStream(pathIn(folder, path), { highWaterMark: chunkBytes });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      yield chunk;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw fileError(error, path);
  } finally {
    stream.destroy();
  }
}

async function* fetched(
  { url = '', headers }: FileOrUrl,
  context: SourceContext,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const name = shown(new URL(url));
  const response = await askPatiently(
    url,
    { home: url, headers: expandHeaders(headers, context), timeoutMs, signal },
    context,
  );
  yield* bodyOf(response, { name, maxBytes, signal });
}
