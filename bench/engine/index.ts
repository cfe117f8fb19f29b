import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReel } from '../../src/engines/local/render/clip-reel.ts';
import { paintFrames } from '../../src/engines/local/render/frames.ts';
import { createMedia } from '../../src/media/create-media.ts';
import type { Media } from '../../src/media/media.ts';
import { renderWithFfmpegGraph } from '../peers/ffmpeg-graph.ts';
import { installPeers } from '../peers/install.ts';
import { type OpenRemotion, openRemotion } from '../peers/remotion.ts';
import type { SceneAssets, SceneName } from '../peers/scenes.ts';
import { median, type Report } from '../report.ts';
import { type ReadyScene, readyScene, sceneAssets } from './scenes.ts';

const runs = 5;

/**
 * Drawing and encoding of two scenes in frames a second, everything prepared: ours, against encoding the very same
 * frames and nothing else (`baseline`), against one ffmpeg graph and against Remotion. Medians of five runs, the
 * peers taking turns, so that whatever else the machine does meets all of them.
 */
export async function benchEngine(report: Report): Promise<void> {
  const media = createMedia();
  const home = await mkdtemp(join(tmpdir(), 'kinora-bench-'));
  const assets = await sceneAssets(media, home);
  const remotion = await openPeer(report, assets);
  try {
    for (const name of ['two-layer', 'storyboard'] as const) {
      const scene = await readyScene(name, assets, media);
      await measure(report, { name, scene, assets, media, home, remotion });
    }
  } finally {
    await remotion?.close();
    await rm(home, { recursive: true, force: true });
  }
}

async function openPeer(report: Report, assets: SceneAssets): Promise<OpenRemotion | undefined> {
  try {
    return await openRemotion(await installPeers({ say: report.say }), assets);
  } catch (error) {
    report.say(`Without Remotion: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

interface Measured {
  name: SceneName;
  scene: ReadyScene;
  assets: SceneAssets;
  media: Media;
  home: string;
  remotion: OpenRemotion | undefined;
}

async function measure(report: Report, { name, scene, assets, media, home, remotion }: Measured) {
  const figures = {
    ours: [] as number[],
    baseline: [] as number[],
    ffmpeg: [] as number[],
    remotion: [] as number[],
  };
  const path = (peer: string) => join(home, `${name}-${peer}.mp4`);
  for (let run = 0; run < runs; run++) {
    report.say(`${name}: run ${run + 1} of ${runs}`);
    figures.ours.push(await drawn(scene, { media, path: path('ours') }));
    const frames: Buffer[] = [];
    for await (const frame of painted(scene, media)) frames.push(Buffer.from(frame));
    figures.baseline.push(await encoded(frames, { scene, media, path: path('baseline') }));
    const graph = await renderWithFfmpegGraph(name, assets, path('ffmpeg'));
    if (graph !== null) figures.ffmpeg.push(graph.frames / graph.seconds);
    const page = await remotion?.render(name, path('remotion'));
    if (page !== undefined) figures.remotion.push(page.frames / page.seconds);
  }
  const [ours, baseline] = [median(figures.ours), median(figures.baseline)];
  const peer = (values: readonly number[]) => (values.length === 0 ? null : median(values));
  const page = peer(figures.remotion);
  report.add({
    case: name,
    ours,
    baseline,
    ratio: ours / baseline,
    unit: 'frames/s',
    peers: {
      ffmpeg_graph: peer(figures.ffmpeg),
      remotion: page,
      times_remotion: page === null ? null : ours / page,
    },
  });
}

function painted({ storyboard, stage }: ReadyScene, media: Media): AsyncGenerator<Buffer> {
  const { signal } = new AbortController();
  return paintFrames({ storyboard, stage, reel: openReel({ storyboard, clips: [], media, signal }) });
}

/** Frames a second of drawing and encoding, from the start of the threads to the complete file. */
async function drawn(scene: ReadyScene, { media, path }: { media: Media; path: string }): Promise<number> {
  const { width, height, fps, frames } = scene.storyboard;
  const started = performance.now();
  const encoder = await media.encode({ path, width, height, fps });
  for await (const frame of painted(scene, media)) await encoder.write(frame);
  await encoder.finish();
  return (frames * 1_000) / (performance.now() - started);
}

async function encoded(
  frames: readonly Buffer[],
  { scene, media, path }: { scene: ReadyScene; media: Media; path: string },
): Promise<number> {
  const { width, height, fps } = scene.storyboard;
  const started = performance.now();
  const encoder = await media.encode({ path, width, height, fps });
  for (const frame of frames) await encoder.write(frame);
  await encoder.finish();
  return (frames.length * 1_000) / (performance.now() - started);
}
