import type { Capabilities } from '../../domain/capabilities.ts';
import type { Plan } from '../../domain/plan.ts';
import type { VideosPreset } from './preset.ts';

/** What the model itself takes and makes, by its card and the recipe of vLLM-Omni. */
const capabilities: Capabilities = {
  model: 'minimax-h3',
  endpoints: ['reference-to-video', 'text-to-video', 'image-to-video'],
  durationsSeconds: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  sizes: {
    '16:9': { width: 1344, height: 768 },
    '9:16': { width: 768, height: 1344 },
    '1:1': { width: 768, height: 768 },
  },
  maxReferences: { image: 9, video: 3, audio: 3, total: 12 },
  maxTotalSeconds: { video: 15, audio: 15 },
  references: {
    image: {
      contentTypes: ['image/jpeg', 'image/png', 'image/webp'],
      maxBytes: 30_000_000,
      sidePixels: { least: 64, most: 4_096 },
    },
    video: {
      contentTypes: ['video/mp4', 'video/quicktime'],
      videoCodecs: ['h264', 'hevc'],
      maxBytes: 50_000_000,
      seconds: { least: 2, most: 15 },
      sidePixels: { least: 64, most: 2_160 },
    },
    audio: {
      contentTypes: ['audio/wav', 'audio/mpeg'],
      maxBytes: 15_000_000,
      seconds: { least: 2, most: 15 },
    },
  },
  travel: { image: ['inline'], video: ['inline'], audio: ['inline'] },
  firstFrame: 'shaped',
  audioAlone: false,
  maxPromptCharacters: 5_000,
  seeds: true,
  storyboards: false,
  audio: true,
  alwaysAudio: true,
  promptTag: {
    image: { before: '<Picture ', after: '>' },
    video: { before: '<Video ', after: '>' },
    audio: { before: '<Audio ', after: '>' },
  },
};

/** The schedule that the weights were published with; a shorter one needs weights of its own. */
const schedule = { num_inference_steps: 50, flow_shift: 12 };

const audioFlowShift = 3;

/** Of one video of five seconds on four H200. */
const typicalSeconds = 90;

const taskOf = ({ endpoint }: Plan) =>
  ({ 'text-to-video': 't2va', 'image-to-video': 'fl2va', 'reference-to-video': 'ref2va' })[endpoint];

/** MiniMax H3 on vLLM-Omni, with both of its parts loaded. */
export const minimaxH3: VideosPreset = {
  name: 'minimax-h3',
  body: 'form',
  capabilities,
  typicalSeconds,
  fields: (plan) => ({
    // From a first frame the server takes the shape of that frame, and is not to be told another.
    ...(plan.endpoint === 'image-to-video' ? {} : { width: plan.width, height: plan.height }),
    fps: 24,
    ...schedule,
    seed: plan.seed,
    extra_params: {
      task: taskOf(plan),
      duration: plan.durationSeconds,
      audio_flow_shift: audioFlowShift,
    },
  }),
  referenceField: () => 'input_references',
};

/** Data URLs are a third longer than what they carry. */
const inJson = { image: 10_000_000, video: 30_000_000, audio: 10_000_000 };

/** MiniMax H3 on SGLang Diffusion, started with `--model-variant ref2va`: that part alone. */
export const minimaxH3Sglang: VideosPreset = {
  name: 'minimax-h3-sglang',
  body: 'json',
  capabilities: {
    ...capabilities,
    endpoints: ['reference-to-video'],
    references: {
      image: { ...capabilities.references?.image, maxBytes: inJson.image },
      video: { ...capabilities.references?.video, maxBytes: inJson.video },
      audio: { ...capabilities.references?.audio, maxBytes: inJson.audio },
    },
  },
  typicalSeconds,
  fields: (plan) => ({
    task: taskOf(plan),
    target: {
      short_edge: Math.min(plan.width, plan.height),
      aspect_ratio: plan.aspectRatio,
      duration_seconds: plan.durationSeconds,
    },
    num_outputs_per_prompt: 1,
    ...schedule,
    audio_flow_shift: audioFlowShift,
    seed: plan.seed,
  }),
  referenceField: () => 'conditions',
};
