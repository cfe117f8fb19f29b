// A page that uploads straight to Kinora, and a server that keeps the key: node examples/sdk/upload-page/server.ts
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createClient } from 'kinora/client';

const kinora = createClient({
  baseUrl: process.env['KINORA_URL'] ?? 'http://localhost:4700',
  key: process.env['KINORA_KEY'] ?? '',
});
const port = Number(process.env['PORT'] ?? 4900);
const page = await readFile(new URL('page.html', import.meta.url));

const routes: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>> = {
  async 'GET /'(_, response) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  },
  // Here your own sign-in would decide who gets one.
  async 'POST /upload-token'(request, response) {
    const token = await kinora.uploadTokens.create({
      kinds: ['image'],
      max_files: 3,
      max_bytes: 10_000_000,
      expires_in: 300,
      ...(request.headers.origin === undefined ? {} : { origin: request.headers.origin }),
    });
    json(response, { id: token.id, token: token.token, url: token.upload_url });
  },
  // The page tells which token it had; the files are read from Kinora, not from the page.
  async 'POST /videos'(request, response) {
    const { token } = JSON.parse(await text(request)) as { token: string };
    const { files } = await kinora.uploadTokens.get(token);
    const { id, status } = await kinora.referenceToVideo.submit(
      {
        prompt: '@Image1 in warm light, slow push in',
        reference_images: files,
        duration: 4,
        aspect_ratio: '1:1',
      },
      // Sent twice by a nervous finger, it is still one video.
      { idempotencyKey: token },
    );
    json(response, { id, status });
  },
};

const server = createServer((request, response) => {
  const route = routes[`${request.method} ${request.url}`];
  if (route === undefined) return void response.writeHead(404).end();
  route(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(502).end();
  });
});
server.listen(port, '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://localhost:${typeof address === 'object' ? address?.port : port}`);
});

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
