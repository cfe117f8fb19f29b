// One photo in, one video out: node examples/sdk/first-call.ts
import { createClient } from 'kinora/client';

const kinora = createClient({
  baseUrl: process.env['KINORA_URL'] ?? 'http://localhost:4700',
  key: process.env['KINORA_KEY'] ?? '',
});

const photo = await kinora.files.upload(new URL('../halden/products/MUG-01/1.jpg', import.meta.url));

const submitted = await kinora.referenceToVideo.submit({
  prompt: '@Image1 rotates slowly on a clean surface, soft studio lighting',
  reference_images: [photo.id],
  duration: 5,
  aspect_ratio: '16:9',
});
console.log(`${submitted.id} is ${submitted.status} and costs ${submitted.price.credits} credits`);

const { output } = await kinora.referenceToVideo.result(submitted.id);
console.log(
  `${output.url} (${output.duration} s, ${output.width}x${output.height}, ${output.size_bytes} bytes)`,
);
