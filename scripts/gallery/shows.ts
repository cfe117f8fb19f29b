import type { AspectRatio, EndpointName, ReferenceRole } from '../../src/domain/request.ts';

/** One film of the gallery. Paths are below examples/halden, with a role before them where one is given. */
export interface Show {
  name: string;
  prompt: string;
  seconds: number;
  ratio: AspectRatio;
  seed: number;
  references: { path: string; role?: ReferenceRole }[];
  endpoint?: EndpointName;
}

const photos = (sku: string, ...numbers: number[]) =>
  numbers.map((number) => ({ path: `products/${sku}/${number}.jpg` }));
const style = (name: string) => ({ path: `brand/halden-style-${name}.jpg`, role: 'style' as const });
const logo = { path: 'brand/logo.png', role: 'logo' as const };
const music = { path: 'audio/music-96bpm.m4a', role: 'music' as const };
const voice = { path: 'audio/voice-over.m4a', role: 'voice' as const };
const clip = (name: string) => ({ path: `motion/${name}.mp4` });

/** Every product, ratio, length, camera move, light, surface and set at least once. */
export const shows: readonly Show[] = [
  {
    name: 'mug-turntable',
    prompt: 'The stoneware mug rotates slowly on a clean surface, soft studio lighting',
    seconds: 5,
    ratio: '16:9',
    seed: 1,
    references: [...photos('MUG-01', 1, 3, 4), style('2-sand')],
  },
  {
    name: 'mug-neon-drop',
    prompt: '@Image1 as the hero drops in, neon light, caption "Fjell krus, 249 kr"',
    seconds: 5,
    ratio: '9:16',
    seed: 4,
    references: photos('MUG-01', 1, 5),
  },
  {
    name: 'mug-voice-over',
    prompt: 'Calm push in, then truck left, warm light on wood. Tagline "Made well, made once" at the end',
    seconds: 8,
    ratio: '16:9',
    seed: 2,
    references: [...photos('MUG-01', 1, 4, 5), style('1-terracotta'), logo, music, voice],
  },
  {
    name: 'perfume-marble',
    prompt: 'Push in, then orbit, dramatic light on marble, with a light sweep over the glass bottle',
    seconds: 8,
    ratio: '9:16',
    seed: 3,
    references: [...photos('PERF-02', 1, 2, 5), logo],
  },
  {
    name: 'perfume-water',
    prompt: 'The perfume in clear glass floats over water, moonlight, slow crane up',
    seconds: 5,
    ratio: '1:1',
    seed: 5,
    references: photos('PERF-02', 1),
  },
  {
    name: 'perfume-low-key',
    prompt: 'Low key, slow pull out, a glass bottle, glossy black surface, title "Eau de Fjord"',
    seconds: 4,
    ratio: '16:9',
    seed: 6,
    references: photos('PERF-02', 4),
  },
  {
    name: 'bottle-outdoors',
    prompt: 'The bottle outdoors in golden hour light on stone, handheld camera, shallow depth of field',
    seconds: 5,
    ratio: '16:9',
    seed: 7,
    references: photos('BOTL-03', 1),
  },
  {
    name: 'bottle-clip',
    prompt:
      '@Image1 as the hero; @Video1 plays in the middle; dissolve between the shots, cut to the beat of @Audio1',
    seconds: 8,
    ratio: '16:9',
    seed: 8,
    references: [...photos('BOTL-03', 1, 2), clip('push-in'), style('3-green'), music],
  },
  {
    name: 'bottle-fast',
    prompt: 'Fast, energetic, whip transitions, bright high key light, "Cold for 24 hours"',
    seconds: 5,
    ratio: '9:16',
    seed: 9,
    references: [...photos('BOTL-03', 1, 2, 3, 5), music],
  },
  {
    name: 'lamp-morning',
    prompt: 'The lamp in a room, warm light, slow push in. Title "Slow mornings" at the start',
    seconds: 5,
    ratio: '16:9',
    seed: 3,
    references: photos('LAMP-04', 1),
  },
  {
    name: 'lamp-night',
    prompt: 'At night in the city, tilt down slowly, on a plinth',
    seconds: 4,
    ratio: '9:16',
    seed: 11,
    references: photos('LAMP-04', 1, 2),
  },
  {
    name: 'lamp-japanese',
    prompt: 'Soft light, static shot, caption "静かな朝の光"',
    seconds: 4,
    ratio: '1:1',
    seed: 12,
    references: [...photos('LAMP-04', 4), style('2-sand')],
  },
  {
    name: 'headphones-orbit',
    prompt: 'Orbit left around the headphones, blue backdrop, gradient, match cut',
    seconds: 5,
    ratio: '16:9',
    seed: 13,
    references: photos('HEAD-05', 1, 2, 4),
  },
  {
    name: 'headphones-follow',
    prompt: 'The camera follows @Video1, on wood, soft light',
    seconds: 5,
    ratio: '1:1',
    seed: 14,
    references: [...photos('HEAD-05', 1), clip('orbit')],
  },
  {
    name: 'headphones-long',
    prompt:
      'Push in slowly, then orbit right, then crane down. Title "Hear the quiet", tagline "Halden audio" at the end',
    seconds: 15,
    ratio: '16:9',
    seed: 15,
    references: [...photos('HEAD-05', 1, 2, 4, 5), style('1-terracotta'), style('3-green'), logo, music],
  },
  {
    name: 'candle-dark',
    prompt: 'The candle in clear glass, on a dark terracotta backdrop, dramatic light, zoom in',
    seconds: 5,
    ratio: '1:1',
    seed: 16,
    references: photos('CNDL-06', 1),
  },
  {
    name: 'candle-sand',
    prompt: 'The glass candle rises slowly over sand, golden hour, pull out',
    seconds: 5,
    ratio: '9:16',
    seed: 17,
    references: photos('CNDL-06', 1),
  },
  {
    name: 'candle-fabric',
    prompt: 'A candle in glass on linen, cool light, pan right, wipe to the close-up',
    seconds: 5,
    ratio: '16:9',
    seed: 18,
    references: photos('CNDL-06', 2, 5),
  },
  {
    name: 'range',
    prompt: 'Every product for a moment, quick cuts on the beat, ending on the logo',
    seconds: 8,
    ratio: '16:9',
    seed: 19,
    references: [
      ...photos('MUG-01', 1),
      ...photos('PERF-02', 1),
      ...photos('LAMP-04', 1),
      ...photos('HEAD-05', 1),
      ...photos('CNDL-06', 1),
      style('2-sand'),
      logo,
      music,
    ],
  },
  {
    name: 'brand-scenes',
    prompt: 'Slow dissolves, pan left, then zoom out, title "Halden"',
    seconds: 8,
    ratio: '16:9',
    seed: 20,
    references: [
      { path: 'brand/halden-style-1-terracotta.jpg', role: 'scene' },
      { path: 'brand/halden-style-3-green.jpg', role: 'scene' },
      logo,
    ],
  },
  {
    name: 'picture-comes-alive',
    prompt: 'Slow push in, warm',
    seconds: 5,
    ratio: '9:16',
    seed: 21,
    endpoint: 'image-to-video',
    references: [{ path: 'brand/halden-style-3-green.jpg', role: 'first_frame' }],
  },
  {
    name: 'text-golden-hour',
    prompt: 'A calm opening in warm golden hour light, truck right',
    seconds: 5,
    ratio: '16:9',
    seed: 2,
    references: [],
  },
  {
    name: 'text-neon',
    prompt: 'Neon at night, "Open late", slow orbit',
    seconds: 5,
    ratio: '9:16',
    seed: 22,
    references: [],
  },
  {
    name: 'text-arabic',
    prompt: 'High key studio, soft pastel, caption "صباح الخير", crane up',
    seconds: 4,
    ratio: '1:1',
    seed: 23,
    references: [],
  },
  {
    name: 'mug-plinth-bright',
    prompt: 'The mug on a pedestal, bright light, zoom in, caption "Handgefertigt in Norwegen"',
    seconds: 5,
    ratio: '1:1',
    seed: 24,
    references: [...photos('MUG-01', 4), style('3-green')],
  },
  {
    name: 'perfume-tilt',
    prompt: 'Tilt up along the glass of the perfume, cool light, on stone',
    seconds: 4,
    ratio: '9:16',
    seed: 25,
    references: photos('PERF-02', 1),
  },
];
