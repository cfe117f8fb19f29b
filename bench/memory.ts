import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from '../src/client/index.ts';
import type { MemoryServer } from './memory-server.ts';
import type { Report } from './report.ts';
import { residentBytes } from './resident-bytes.ts';

const videos = 10;
const until = 3;

const photos = [1, 2, 3, 4].map((n) =>
  fileURLToPath(new URL(`../examples/halden/products/MUG-01/${n}.jpg`, import.meta.url)),
);

/**
 * Memory of a whole Kinora (server, renderers, codecs; its database apart) with ten videos submitted at once, against
 * the same server at rest. Read from /proc, so on Linux only.
 */
export async function benchMemory(report: Report): Promise<void> {
  if (process.platform !== 'linux') {
    report.say('memory: skipped, it is read from /proc and this is not Linux');
    return;
  }
  const home = await mkdtemp(join(tmpdir(), 'kinora-bench-'));
  await chmod(home, 0o755);
  const server = fork(new URL('./memory-server.ts', import.meta.url), [home]);
  try {
    const [{ url, key }] = (await once(server, 'message')) as [MemoryServer];
    const client = createClient({ baseUrl: url, key });
    const images: string[] = [];
    for (const path of photos)
      images.push((await client.files.upload(new Blob([await readFile(path)]), 'photo.jpg')).id);
    const rest = await residentBytes(server.pid ?? 0);
    const submitted = await Promise.all(
      Array.from({ length: videos }, (_, seed) =>
        client.generations.submit('reference-to-video', {
          prompt: 'it rotates slowly, soft studio lighting',
          reference_images: images,
          duration: 5,
          aspect_ratio: '16:9',
          seed,
        }),
      ),
    );
    let peak = rest;
    let done = 0;
    while (done < until) {
      for (let n = 0; n < 20; n += 1) {
        peak = Math.max(peak, await residentBytes(server.pid ?? 0));
        await sleep(100);
      }
      const states = await Promise.all(submitted.map(({ id }) => client.generations.get(id)));
      const failed = states.find(({ status }) => status === 'failed');
      if (failed !== undefined) throw new Error(`${failed.id} failed: ${failed.error?.message}`);
      done = states.filter(({ status }) => status === 'complete').length;
    }
    report.add({
      case: `peak memory, ${videos} submitted at once`,
      ours: peak / 1e6,
      baseline: rest / 1e6,
      unit: 'MB',
    });
  } finally {
    if (server.connected) {
      const exited = once(server, 'exit');
      server.disconnect();
      await exited;
    }
    await rm(home, { recursive: true, force: true });
  }
}
