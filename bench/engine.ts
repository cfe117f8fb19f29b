import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReferenceFile } from '../src/domain/engine.ts';
import type { Plan } from '../src/domain/plan.ts';
import { planGeneration } from '../src/domain/plan-generation.ts';
import type { Reference } from '../src/domain/request.ts';
import { createLocalEngine } from '../src/engines/local/index.ts';
import { writeI420 } from '../src/engines/local/render/i420.ts';
import { createMedia } from '../src/media/create-media.ts';
import { measureMemory } from './memory.ts';
import { median, type Report } from './report.ts';

const runs = 3;
const fps = 24;
const durationSeconds = 5;

const sample = (path: string) => fileURLToPath(new URL(`../examples/halden/${path}`, import.meta.url));

const photos = [1, 2, 3, 4].map((n) => sample(`products/MUG-01/${n}.jpg`));
const styles = ['1-terracotta', '2-sand', '3-green'].map((name) => sample(`brand/halden-style-${name}.jpg`));

/** How fast the embedded engine makes a product video, against encoding the very same frames and nothing else. */
export async function benchEngine(report: Report): Promise<void> {
  const media = createMedia();
  const engine = createLocalEngine({ slots: 1 });
  const { plan, references } = await planSample();
  const home = await mkdtemp(join(tmpdir(), 'kinora-bench-'));
  try {
    const whole: number[] = [];
    const drawing: number[] = [];
    const encoding: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const directory = await mkdtemp(join(home, 'run-'));
      const started = performance.now();
      let drawingStarted = started;
      let drawingEnded = started;
      const result = await engine.render(plan, {
        references,
        directory,
        signal: new AbortController().signal,
        onProgress: ({ phase }) => {
          if (phase === 'sound') drawingStarted = performance.now();
          if (phase === 'check') drawingEnded = performance.now();
        },
      });
      if (result.status === 'failed') throw new Error(result.message);
      const ended = performance.now();
      const frames: Buffer[] = [];
      const { width, height } = plan;
      const pictures = media.decodeVideo(result.videoPath, {
        width,
        height,
        fps,
        startSeconds: 0,
        seconds: durationSeconds,
      });
      for await (const picture of pictures) {
        const i420 = Buffer.alloc((width * height * 3) / 2);
        writeI420(picture, width, height, i420);
        frames.push(i420);
      }
      const encodingStarted = performance.now();
      const encoder = await media.encode({ path: join(directory, 'again.mp4'), width, height, fps });
      for (const frame of frames) await encoder.write(frame);
      await encoder.finish();
      const encodingEnded = performance.now();
      const perSecond = (ms: number) => (frames.length * 1000) / ms;
      whole.push(perSecond(ended - started));
      drawing.push(perSecond(drawingEnded - drawingStarted));
      encoding.push(perSecond(encodingEnded - encodingStarted));
    }
    const baseline = median(encoding);
    for (const [name, ours] of [
      ['product film, from plan to file', median(whole)],
      ['product film, drawing and encoding only', median(drawing)],
    ] as const)
      report.add({ case: name, ours, baseline, ratio: ours / baseline, unit: 'frames/s' });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  await measureMemory(report, photos);
}

/** Four photos of one product and three style pictures, as the demo sends them. */
async function planSample(): Promise<{ plan: Plan; references: ReferenceFile[] }> {
  const media = createMedia();
  const files: ReferenceFile[] = [];
  const references: Reference[] = [];
  for (const path of [...photos, ...styles]) {
    const probed = await media.probe(path);
    if (probed.status === 'unreadable') throw new Error(`${path}: ${probed.reason}`);
    const role = styles.includes(path) ? 'style' : 'product';
    references.push({
      kind: 'image',
      position: references.length + 1,
      sha256: '',
      facts: probed.facts,
      role,
    });
    files.push({ path, facts: probed.facts });
  }
  const engine = createLocalEngine({ slots: 1 });
  const planned = planGeneration({
    request: {
      endpoint: 'reference-to-video',
      prompt: 'Fjell stoneware mug rotates slowly on a clean surface, soft studio lighting',
      references,
      durationSeconds,
      aspectRatio: '16:9',
      seed: 1,
      generateAudio: true,
    },
    engine: engine.name,
    capabilities: engine.capabilities,
    freshSeed: 1,
  });
  if (planned.status === 'refused') throw new Error(planned.faults.map(({ message }) => message).join(' '));
  return { plan: planned.plan, references: files };
}
