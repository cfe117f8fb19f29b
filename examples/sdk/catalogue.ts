// The batch workflow of the guide, made real: for every product a bundle of references, a prompt from its fields, one
// call, a poll task; then a poller that stores each video in its record. Stop it and run it again as you like: what was
// uploaded or asked for is not done twice. node examples/sdk/catalogue.ts [records.json]
import { readFile, writeFile } from 'node:fs/promises';
import { buildReferenceBundle, createClient, GenerationFailedError } from 'kinora/client';

interface Product {
  sku: string;
  name: string;
  photo_urls: string[];
}

interface Records {
  uploads: Record<string, string>;
  products: Record<
    string,
    { generationId: string; videoUrl?: string; videoFileId?: string; failure?: string }
  >;
}

const kinora = createClient({
  baseUrl: process.env['KINORA_URL'] ?? 'http://localhost:4700',
  key: process.env['KINORA_KEY'] ?? '',
});
const shop = new URL('../halden/', import.meta.url);
const catalogue = JSON.parse(await readFile(new URL('catalogue.json', shop), 'utf8')) as Product[];

const file = process.argv[2] ?? 'records.json';
const kept = await readFile(file, 'utf8').catch(() => '{"uploads":{},"products":{}}');
const records = JSON.parse(kept) as Records;
const save = () => writeFile(file, JSON.stringify(records, null, 2));

/** What lies on this disk is uploaded once. An address that anybody can read would need no upload at all. */
async function upload(path: string): Promise<string> {
  const known = records.uploads[path];
  if (known !== undefined) return known;
  const { id } = await kinora.files.upload(new URL(path, shop));
  records.uploads[path] = id;
  await save();
  return id;
}

async function uploadAll(paths: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const path of paths) ids.push(await upload(path));
  return ids;
}

const brandImages = await uploadAll(['brand/halden-style-1-terracotta.jpg', 'brand/halden-style-2-sand.jpg']);

for (const product of catalogue.slice(0, Number(process.env['PRODUCTS'] ?? 2))) {
  if (records.products[product.sku] !== undefined) continue;
  const bundle = await buildReferenceBundle([
    { role: 'product', images: await uploadAll(product.photo_urls.slice(0, 4)) },
    { role: 'style', images: brandImages },
  ]);
  const response = await kinora.referenceToVideo.submit(
    {
      prompt: `${product.name} product rotates slowly on a clean surface, soft studio lighting, 5 seconds`,
      ...bundle.references,
      duration: 5,
      aspect_ratio: '16:9',
      workflow: 'catalogue',
      max_credits: 400,
      metadata: { sku: product.sku, bundle: bundle.hash },
    },
    { idempotencyKey: `catalogue/${product.sku}/${bundle.hash}` },
  );
  records.products[product.sku] = { generationId: response.id };
  await save();
}

// The poller. It could as well be another process, or a webhook: all it needs are the ids.
for (const [sku, record] of Object.entries(records.products)) {
  if (record.videoUrl !== undefined || record.failure !== undefined) continue;
  try {
    const { output, credits } = await kinora.referenceToVideo.result(record.generationId);
    // The link is good for a day; files.get(videoFileId) gives a fresh one.
    Object.assign(record, { videoUrl: output.url, videoFileId: output.file_id });
    console.log(`${sku}: ${output.url} (${credits.charged} credits)`);
  } catch (error) {
    if (!(error instanceof GenerationFailedError)) throw error;
    record.failure = String(error.failure);
    console.log(`${sku}: no video, nothing charged (${error.failure})`);
  }
  await save();
}
const done = Object.values(records.products).filter(({ videoUrl }) => videoUrl !== undefined);
console.log(`${done.length} of ${Object.keys(records.products).length} products have their video`);
