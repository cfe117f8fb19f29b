// node bench/flat-memory.ts --renders 200: many small films through one engine, one after the other. Memory and open
// files of the process that asks for them must not grow with their number; each render process must stay bounded.
import { fork } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LocalEngine } from '../src/domain/engine.ts';
import type { Plan } from '../src/domain/plan.ts';
import { createLocalEngine } from '../src/engines/local/index.ts';

const { values } = parseArgs({ options: { renders: { type: 'string', default: '200' } } });
const renders = Number(values.renders);
/** After so many everything that is loaded once is loaded. */
const settled = Math.min(20, Math.ceil(renders / 2));
// Garbage that is still lying about says nothing of what grows.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const photo = fileURLToPath(new URL('../examples/halden/products/MUG-01/1.jpg', import.meta.url));
const facts = { kind: 'image', contentType: 'image/jpeg', width: 1280, height: 1280 } as const;
const home = await mkdtemp(join(tmpdir(), 'kinora-flat-'));
const engine = createLocalEngine({ slots: 1, cacheFolder: join(home, 'cache') });
const marks: { render: number; ownBytes: number; files: number }[] = [];
let peakBytes = 0;
const watch = fork(new URL('./flat-memory-watch.ts', import.meta.url));
watch.on('message', (bytes: number) => {
  peakBytes = bytes;
});
try {
  for (let render = 1; render <= renders; render++) {
    await renderOne(engine, render);
    if (render !== settled && render % 20 !== 0 && render !== renders) continue;
    collectGarbage();
    marks.push({
      render,
      ownBytes: process.memoryUsage.rss(),
      files: (await readdir('/proc/self/fd')).length,
    });
    say(`after ${render}: ${inMegabytes(marks.at(-1)?.ownBytes ?? 0)}, ${marks.at(-1)?.files} files open`);
  }
} finally {
  watch.disconnect();
  await rm(home, { recursive: true, force: true });
}
const [first, last] = [marks[0], marks.at(-1)];
const growth = (last?.ownBytes ?? 0) / (first?.ownBytes ?? 1) - 1;
say(`${renders} renders: memory ${(growth * 100).toFixed(1)} % from render ${first?.render} on,`);
say(
  `${(last?.files ?? 0) - (first?.files ?? 0)} more files open, a render and its codecs ${inMegabytes(peakBytes)} at most`,
);
process.exitCode = growth < 0.15 && (last?.files ?? 0) <= (first?.files ?? 0) ? 0 : 1;

async function renderOne({ render }: LocalEngine, seed: number): Promise<void> {
  const directory = await mkdtemp(join(home, 'render-'));
  const plan: Plan = {
    engine: 'local',
    model: 'kinora-studio-1',
    endpoint: 'reference-to-video',
    prompt: 'The mug, push in',
    references: [{ kind: 'image', position: 1, fileId: 'file_mug', sha256: '', facts }],
    durationSeconds: 4,
    aspectRatio: '16:9',
    width: 320,
    height: 180,
    seed,
    generateAudio: true,
    adjustments: [],
  };
  const result = await render(plan, {
    references: [{ path: photo, facts }],
    directory,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  if (result.status === 'failed') throw new Error(`Render ${seed} failed: ${result.message}`);
  await rm(directory, { recursive: true });
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
