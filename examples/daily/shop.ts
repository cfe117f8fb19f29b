// A shop as Kinora sees it: its products as JSON with their photos, and a receiver of finished videos. Names itself at
// http://127.0.0.1:4800 until Ctrl-C. SHOP_HOOK_SECRET must be that of the server. node examples/daily/shop.ts
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';

const port = Number(process.env['SHOP_PORT'] ?? 4800);
const secret = process.env['SHOP_HOOK_SECRET'];
if (secret === undefined) throw new Error('SHOP_HOOK_SECRET is not set: see README.md');
const webhook = new Webhook(secret);
const origin = `http://127.0.0.1:${port}`;
const photo = /^\/photos\/([A-Z]{3,4}-\d\d)\/([1-9])\.jpg$/;

interface Product {
  sku: string;
  name: string;
  tagline: string;
  photos: string[];
  in_stock: boolean;
}

/** Read anew at each call: change a name in products.json, and the next run films that one again. */
async function products(): Promise<Product[]> {
  const list = JSON.parse(await readFile(join(import.meta.dirname, 'products.json'), 'utf8')) as Product[];
  return list.map((product) => ({
    ...product,
    photos: product.photos.map((path) => `${origin}/photos/${path}`),
  }));
}

/** Where each product's video is; a real shop has a column for it. */
const videos = new Map<string, string>();

async function takeVideo(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  // Throws for what is forged, or older than five minutes.
  const event = webhook.verify(Buffer.concat(chunks), request.headers as Record<string, string>);
  const { key, video_url: url } = (event as { data: { key: string; video_url: string } }).data;
  videos.set(key, url);
  process.stdout.write(`${key}  ${url}\n`);
}

createServer((request, response) => {
  const path = request.url ?? '/';
  const answer = async () => {
    if (path === '/products.json') {
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify({ products: await products() }));
    }
    const [, sku, number] = photo.exec(path) ?? [];
    if (sku !== undefined) {
      const file = join(import.meta.dirname, '..', 'halden', 'products', sku, `${number}.jpg`);
      const bytes = await readFile(file);
      response.setHeader('content-type', 'image/jpeg');
      return response.end(bytes);
    }
    if (path === '/hooks/video' && request.method === 'POST') {
      await takeVideo(request);
      return response.writeHead(204).end();
    }
    return response.writeHead(404).end();
  };
  answer().catch((error: unknown) => {
    process.stderr.write(`${path}: ${String(error)}\n`);
    response.writeHead(400).end();
  });
}).listen(port, '127.0.0.1', () => process.stdout.write(`The shop is at ${origin}\n`));
