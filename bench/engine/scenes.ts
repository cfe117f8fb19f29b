import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas, ImageData, loadImage } from '@napi-rs/canvas';
import type { ReferenceFile } from '../../src/domain/engine.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { type Caption, type Storyboard, storyboardFps } from '../../src/domain/storyboard.ts';
import { planFilm } from '../../src/engines/local/plan-film.ts';
import type { Stage } from '../../src/engines/local/render/layer.ts';
import { geometryOf } from '../../src/engines/local/set/geometry.ts';
import { buildStage } from '../../src/engines/local/stage/build-stage.ts';
import { readBack } from '../../src/engines/local/stage/read-back.ts';
import { setCaptions } from '../../src/engines/local/stage/set-captions.ts';
import { understandPicture } from '../../src/engines/local/understand/picture.ts';
import type { Media } from '../../src/media/media.ts';
import { caption, film, type SceneAssets, type SceneName, twoLayer } from '../peers/scenes.ts';

/** A film decided and prepared: what is left is to draw and to encode its frames. */
export interface ReadyScene {
  storyboard: Storyboard;
  stage: Stage;
}

const sample = (path: string) => fileURLToPath(new URL(`../../examples/halden/${path}`, import.meta.url));
const views = [2, 1, 4].map((n) => sample(`products/MUG-01/${n}.jpg`));
const background = sample('brand/halden-style-2-sand.jpg');
const font = fileURLToPath(
  import.meta.resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'),
);

/** The pictures that every peer draws from. */
export async function sceneAssets(media: Media, folder: string): Promise<SceneAssets> {
  const bitmap = await media.decodeImage(views[1] ?? '', { maxSide: 1_024 });
  const { subject } = understandPicture({ bitmap, position: 1, role: 'product' });
  if (subject === undefined) throw new Error('The mug of the bench cannot be cut out.');
  const { cutOut, box } = subject;
  const whole = createCanvas(cutOut.width, cutOut.height);
  const data = new ImageData(new Uint8ClampedArray(cutOut.data), cutOut.width, cutOut.height);
  whole.getContext('2d').putImageData(data, 0, 0);
  const canvas = createCanvas(box.right - box.left, box.bottom - box.top);
  canvas.getContext('2d').drawImage(whole, -box.left, -box.top);
  const path = join(folder, 'cut-out.png');
  await writeFile(path, canvas.toBuffer('image/png'));
  return { background, cutOut: path, font };
}

export function readyScene(name: SceneName, assets: SceneAssets, media: Media): Promise<ReadyScene> {
  return name === 'two-layer' ? twoLayers(assets) : committed(media);
}

/** A photo that grows, a cut-out that crosses it, a caption: as the peers have it, but that the cut-out grows along. */
async function twoLayers(assets: SceneAssets): Promise<ReadyScene> {
  const { width, height, frames, seconds } = film;
  const [photo, product] = await Promise.all([loadImage(assets.background), loadImage(assets.cutOut)]);
  const scale = Math.max(width / photo.width, height / photo.height) * 1.01;
  const tall = twoLayer.cutOut.height * height;
  const small = createCanvas(Math.round((product.width * tall) / product.height), Math.round(tall));
  small.getContext('2d').drawImage(product, 0, 0, small.width, small.height);
  const large = createCanvas(photo.width, photo.height);
  large.getContext('2d').drawImage(photo, 0, 0);
  const { from, to } = twoLayer.cutOut.centreXOfWidth;
  const x = (share: number) => ((0.5 - share) * width) / Math.min(width, height);
  const rest = { y: 0, dolly: 0, pan: 0, tilt: 0, rollDegrees: 0, orbitDegrees: 0 };
  const cue: Caption = {
    text: caption.text,
    style: 'caption',
    place: 'lower_third',
    family: 'sans',
    motion: 'fade',
    startSeconds: 0,
    endSeconds: seconds,
  };
  const storyboard: Storyboard = {
    ...given(),
    frames,
    width,
    height,
    shots: [
      {
        startSeconds: 0,
        endSeconds: seconds,
        subject: { kind: 'picture', position: 1 },
        framing: 'on-set',
        action: 'stands',
        blur: 0,
        camera: {
          keys: [
            { seconds: 0, ...rest, x: x(from), zoom: twoLayer.zoom.from },
            { seconds, ...rest, x: x(to), zoom: twoLayer.zoom.to },
          ],
          easing: 'even',
          handheld: 0,
        },
      },
    ],
    transitions: [],
    captions: [cue],
    sound: [],
    posterSeconds: 0,
  };
  const plate = { kind: 'plate', x: width / 2, y: height / 2, covers: false } as const;
  const middle = { anchorX: large.width / 2, anchorY: large.height / 2 };
  const stage: Stage = {
    bitmaps: [readBack(large), readBack(small)],
    shots: [
      {
        aimY: geometryOf(film).eyeY,
        layers: [
          { ...plate, bitmap: 0, ...middle, scale, distance: 1e6, blend: 'replace', covers: true },
          {
            ...plate,
            y: twoLayer.cutOut.centreY * height,
            bitmap: 1,
            anchorX: small.width / 2,
            anchorY: small.height / 2,
            scale: 1,
            distance: 1,
            blend: 'normal',
          },
        ],
      },
    ],
    captions: [],
    turns: [],
  };
  await setCaptions({ storyboard, isGiven: false, stage, clipsAt: async () => [] });
  return { storyboard, stage };
}

const given = (): Storyboard => JSON.parse(readFileSync(new URL('storyboard.json', import.meta.url), 'utf8'));

/** The committed scene: a turning mug on a set, a caption, a dissolve, a graded picture. */
async function committed(media: Media): Promise<ReadyScene> {
  const references: ReferenceFile[] = [];
  for (const path of [...views, background]) {
    const probed = await media.probe(path);
    if (probed.status === 'unreadable') throw new Error(`${path}: ${probed.reason}`);
    references.push({ path, facts: probed.facts });
  }
  const storyboard = given();
  const plan: Plan = {
    engine: 'local',
    model: 'bench',
    endpoint: 'reference-to-video',
    prompt: '',
    references: references.map(({ facts }, index) => ({
      kind: 'image',
      position: index + 1,
      sha256: '',
      facts,
    })),
    durationSeconds: storyboard.frames / storyboardFps,
    aspectRatio: '16:9',
    width: storyboard.width,
    height: storyboard.height,
    seed: storyboard.seed,
    generateAudio: false,
    storyboard,
    adjustments: [],
  };
  const { signal } = new AbortController();
  const planned = await planFilm({ plan, references, media, signal, onFraction: () => undefined });
  const stage = buildStage(planned.storyboard, planned.understanding, planned.turn);
  await setCaptions({ storyboard: planned.storyboard, isGiven: false, stage, clipsAt: async () => [] });
  return { storyboard: planned.storyboard, stage };
}
