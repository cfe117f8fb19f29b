import { requestLimits } from '../domain/request.ts';
import { KinoraError } from './error.ts';
import { given } from './given.ts';

/**
 * What can be uploaded: bytes, a Blob or File, a stream, `{ path }` in Node, or a URL (`file:` in Node; http(s) is read
 * from where this runs, without credentials). At most 50 MB.
 */
export type FileContent =
  | Blob
  | Uint8Array
  | ArrayBuffer
  | ReadableStream<Uint8Array>
  | URL
  | { path: string };

const { maxBytes } = requestLimits;
const mostBytes = Math.max(maxBytes.image, maxBytes.video, maxBytes.audio);

interface NamedContent {
  blob: Blob;
  name?: string | undefined;
}

/** The whole content, so that an upload that breaks off can be sent again; and its name, if it has one. */
export async function readContent(
  content: FileContent,
  options: { fetch: typeof globalThis.fetch; signal?: AbortSignal | undefined },
): Promise<NamedContent> {
  if (content instanceof Blob)
    return { blob: content, name: 'name' in content ? String(content.name) : undefined };
  if (content instanceof Uint8Array || content instanceof ArrayBuffer)
    return { blob: new Blob([new Uint8Array(content)]) };
  if (content instanceof ReadableStream) return { blob: await collect(content) };
  if (!(content instanceof URL)) return openPath(content.path);
  if (content.protocol === 'file:') return openPath(content);
  return download(content, options);
}

async function download(
  url: URL,
  { fetch, signal }: { fetch: typeof globalThis.fetch; signal?: AbortSignal | undefined },
): Promise<NamedContent> {
  const response = await fetch(url, { credentials: 'omit', ...given({ signal }) });
  if (!response.ok || response.body === null)
    throw new KinoraError(
      'reference_unreachable',
      `${url.origin}${url.pathname} answered ${response.status}.`,
      {
        hint: 'Give the address itself as a reference: then the server reads it.',
        status: response.status,
      },
    );
  const type = response.headers.get('content-type') ?? '';
  return { blob: await collect(response.body, type), name: lastPart(url.pathname) };
}

async function collect(stream: ReadableStream<Uint8Array>, type = ''): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks, { type });
    size += value.byteLength;
    if (size > mostBytes) {
      await reader.cancel();
      throw new KinoraError('body_too_large', `The content has more than ${mostBytes} bytes.`, {
        hint: 'Send a smaller file.',
      });
    }
    chunks.push(new Uint8Array(value));
  }
}

async function openPath(path: string | URL): Promise<NamedContent> {
  // Not imported, so that a page can be built from this module.
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  if (fs === undefined)
    throw new KinoraError('invalid_request', `${String(path)} cannot be opened here: it is a path.`, {
      hint: 'Give a Blob, bytes or a stream. Node opens paths from 20.16 on.',
    });
  try {
    return {
      blob: await fs.openAsBlob(path),
      name: lastPart(path instanceof URL ? path.pathname : path),
    };
  } catch (cause) {
    throw new KinoraError('reference_not_found', `${String(path)} cannot be opened.`, {
      hint: 'Check the path.',
      cause,
    });
  }
}

/** Of a path or an address, decoded where it is an address; undefined where it ends with a slash. */
function lastPart(path: string): string | undefined {
  const last = path.split(/[/\\]/).at(-1) ?? '';
  try {
    return decodeURIComponent(last) || undefined;
  } catch {
    return last || undefined;
  }
}
