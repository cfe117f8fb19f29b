// Survives being killed at any moment, and never makes a second video: run it, stop it, run it again.
// node examples/sdk/resume.ts [handle.json]
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createClient } from 'kinora/client';

const file = process.argv[2] ?? 'handle.json';
const kinora = createClient({
  baseUrl: process.env['KINORA_URL'] ?? 'http://localhost:4700',
  key: process.env['KINORA_KEY'] ?? '',
});

const saved = await readFile(file, 'utf8').catch(() => undefined);
const handle =
  saved === undefined
    ? kinora.textToVideo.prepare({
        prompt: 'A lighthouse in the rain, waves against the rocks',
        duration: 4,
        aspect_ratio: '16:9',
      })
    : kinora.resume(saved);
console.log(saved === undefined ? 'a new request' : `resumed ${handle.generationId ?? 'before its answer'}`);

// Saved before it is sent: whatever is lost after this line, the next run finds the same generation.
await writeFile(file, JSON.stringify(handle));
const { id } = await handle.submit();
await writeFile(file, JSON.stringify(handle));
console.log(`it is ${id}`);

const { output } = await handle.result();
console.log(output.url);
await rm(file);
