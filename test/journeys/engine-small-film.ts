import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Progress, ReferenceFile, RenderContext } from '../../src/domain/engine.ts';
import type { MediaFacts } from '../../src/domain/media-facts.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Reference } from '../../src/domain/request.ts';

const root = new URL('../../', import.meta.url);

const samples = {
  mug: ['examples/halden/products/MUG-01/1.jpg', image('image/jpeg', 1280, 1280)],
  mugFromTheSide: ['examples/halden/products/MUG-01/2.jpg', image('image/jpeg', 1280, 1280)],
  logo: ['test/fixtures/local/logo-mark.png', image('image/png', 160, 160)],
  music: ['examples/halden/audio/music-96bpm.m4a', sound('audio/mp4', 15)],
  orbit: ['examples/halden/motion/orbit.mp4', clip('video/mp4', 3)],
} satisfies Record<string, [path: string, facts: MediaFacts]>;

/** Real files of several kinds as a plan and its references: a real film, only smaller and shorter than the API allows. */
export function smallFilm(
  names: readonly (keyof typeof samples)[],
  changes: Partial<Plan> = {},
): { plan: Plan; references: ReferenceFile[] } {
  const counts = { image: 0, video: 0, audio: 0 };
  const given = names.map((name): Reference & { path: string } => {
    const [path, facts] = samples[name];
    const { kind } = facts;
    return {
      kind,
      position: ++counts[kind],
      fileId: `file_${name}`,
      sha256: '',
      facts,
      path: fileURLToPath(new URL(path, root)),
    };
  });
  const plan: Plan = {
    engine: 'local',
    model: 'kinora-studio-1',
    endpoint: 'reference-to-video',
    prompt: 'The mug turns slowly on marble, orbit right, then push in, caption "New in autumn"',
    references: given.map(({ path: _, ...reference }) => reference),
    durationSeconds: 4,
    aspectRatio: '16:9',
    width: 320,
    height: 180,
    seed: 7,
    generateAudio: true,
    adjustments: [],
    ...changes,
  };
  return { plan, references: given.map(({ path, facts }) => ({ path, facts })) };
}

/** A folder for one render below `home`, and a listener that keeps what it hears. */
export async function contextIn(
  home: string,
  options: Pick<RenderContext, 'references'> & Partial<Pick<RenderContext, 'signal' | 'onProgress'>>,
): Promise<RenderContext & { heard: Progress[] }> {
  const heard: Progress[] = [];
  const { references, signal = new AbortController().signal, onProgress } = options;
  return {
    references,
    directory: await mkdtemp(join(home, 'render-')),
    signal,
    heard,
    onProgress(progress) {
      heard.push(progress);
      onProgress?.(progress);
    },
  };
}

export const newHome = () => mkdtemp(join(tmpdir(), 'kinora-engine-'));

function image(contentType: string, width: number, height: number): MediaFacts {
  return { kind: 'image', contentType, width, height };
}

function sound(contentType: string, durationSeconds: number): MediaFacts {
  return { kind: 'audio', contentType, durationSeconds };
}

function clip(contentType: string, durationSeconds: number): MediaFacts {
  return { kind: 'video', contentType, width: 320, height: 180, durationSeconds, fps: 24 };
}
