import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { Exchange } from './recording.ts';

/** A provider that knows one recording: it answers what stands there, and keeps what it was asked. */
export interface RecordedProvider {
  origin: string;
  /** From here on it knows these exchanges alone. */
  expect(exchanges: readonly Exchange[]): void;
  /** What was asked since, beside what should have been; both in the order of the exchanges. */
  asked(): { actual: unknown[]; expected: unknown[] };
  close(): Promise<void>;
}

/** Of the transport, not of the wire format. */
const ignored = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept',
  'accept-encoding',
  'accept-language',
  'sec-fetch-mode',
  'user-agent',
];

export async function startRecordedProvider(): Promise<RecordedProvider> {
  let open: { exchange: Exchange; asked: unknown }[] = [];
  let stray: unknown[] = [];

  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    const asked = await readRequest(request);
    // Uploads go side by side, so their order is nobody's promise, also where all go to one path.
    const places = open.filter(
      ({ exchange, asked: before }) =>
        before === undefined &&
        exchange.request.method === asked.method &&
        exchange.request.path === asked.path,
    );
    const place =
      places.find(({ exchange }) => isDeepStrictEqual(exchange.request.body, asked.body)) ?? places[0];
    if (place === undefined) {
      stray.push(asked);
      response.writeHead(501).end('Nothing of the kind was recorded.');
      return;
    }
    place.asked = asked;
    answer(response, place.exchange.response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the double has no port');

  return {
    origin: `http://127.0.0.1:${address.port}`,
    expect(exchanges) {
      open = exchanges.map((exchange) => ({ exchange, asked: undefined }));
      stray = [];
    },
    asked: () => ({
      actual: [...open.map(({ asked }) => asked ?? 'nothing'), ...stray],
      expected: open.map(({ exchange }) => exchange.request),
    }),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readRequest(
  request: IncomingMessage,
): Promise<{ method: string; path: string; headers: IncomingMessage['headers']; body?: unknown }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !ignored.includes(name)),
  );
  const boundary = /boundary=([^\s;]+)/.exec(request.headers['content-type'] ?? '')?.[1];
  const written = { method: request.method ?? '', path: request.url ?? '' };
  if (boundary !== undefined) {
    headers['content-type'] = 'multipart/form-data; boundary=BOUNDARY';
    return { ...written, headers, body: text.replaceAll(boundary, 'BOUNDARY').replaceAll('\r\n', '\n') };
  }
  if (text === '') return { ...written, headers };
  const isJson = request.headers['content-type'] === 'application/json';
  return { ...written, headers, body: isJson ? JSON.parse(text) : text };
}

function answer(response: ServerResponse, recorded: Exchange['response']): void {
  if ('end' in recorded) {
    if (recorded.end === 'cut') response.destroy();
    return;
  }
  const text =
    'text' in recorded ? recorded.text : recorded.body === undefined ? '' : JSON.stringify(recorded.body);
  response.writeHead(recorded.status, { 'content-type': 'application/json', ...recorded.headers });
  response.end(text);
}
