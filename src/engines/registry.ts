import { join } from 'node:path';
import type { Config } from '../config.ts';
import { type Purse, purses } from '../domain/credits.ts';
import type { Engine, LocalEngine } from '../domain/engine.ts';
import { AppError } from '../domain/errors.ts';
import { type PriceBook, priceBooks } from '../domain/price-book.ts';
import type { KnownEngine, PricedEngine } from '../domain/priced-engine.ts';
import { createSafeSend } from '../net/safe-send.ts';
import { createArkEngine } from './ark/index.ts';
import { createComfyuiEngine } from './comfyui/index.ts';
import { readWorkflow } from './comfyui/read-workflow.ts';
import { createFalEngine } from './fal/index.ts';
import { createLocalEngine } from './local/index.ts';
import { createReplicateEngine } from './replicate/index.ts';
import { createSimulatedEngine } from './simulated/index.ts';
import { createVideosEngine } from './videos/index.ts';
import { findVideosPreset, videosPresets } from './videos/presets.ts';

/** One engine that Kinora knows how to make. */
interface EngineRow {
  name: KnownEngine;
  /** Undefined where the operator has not set it up. What has to end with the server goes into `closers`. */
  make(config: Config, closers: (() => Promise<unknown>)[]): Engine | undefined;
  /** What its work is sold by. */
  priceBook(config: Config): PriceBook;
  serves: readonly Purse[];
  simulates: boolean;
}

const published = () => priceBooks.published;

/** The table of engines, the usual one of each kind of key first. */
const rows: readonly EngineRow[] = [
  {
    name: 'local',
    make: localEngineOf,
    priceBook: ({ localPriceBook }) => priceBooks[localPriceBook],
    serves: purses,
    simulates: false,
  },
  { name: 'simulated', make: simulatedOf, priceBook: published, serves: ['test'], simulates: true },
  { name: 'fal', make: falOf, priceBook: published, serves: ['live'], simulates: false },
  { name: 'ark', make: arkOf, priceBook: published, serves: ['live'], simulates: false },
  { name: 'replicate', make: replicateOf, priceBook: published, serves: ['live'], simulates: false },
  {
    name: 'videos',
    make: videosOf,
    priceBook: ({ own }) => priceBooks[own.videos?.priceBook ?? 'published'],
    serves: ['live'],
    simulates: false,
  },
  {
    name: 'comfyui',
    make: comfyuiOf,
    priceBook: ({ own }) => priceBooks[own.comfyui?.priceBook ?? 'published'],
    serves: ['live'],
    simulates: false,
  },
];

/** The engines that are set up, by name. */
export function enginesOf(config: Config, closers: (() => Promise<unknown>)[]): Map<string, PricedEngine> {
  return new Map(
    rows.flatMap(({ name, make, priceBook, serves, simulates }) => {
      const engine = make(config, closers);
      return engine === undefined
        ? []
        : [[name, { engine, priceBook: priceBook(config), serves, simulates }]];
    }),
  );
}

export function localEngineOf(config: Config): LocalEngine {
  return createLocalEngine({
    slots: config.localSlots,
    ffmpegPath: config.ffmpegPath,
    cacheFolder: join(config.home, 'cache', 'understanding'),
    planner: config.planner,
    backgroundRemoval: config.backgroundRemoval,
  });
}

/** As many as a hosted engine gives to a large account. */
const simulatedSlots = 100;

function simulatedOf(config: Config, closers: (() => Promise<unknown>)[]): Engine {
  const { engine, close } = createSimulatedEngine({
    name: 'simulated',
    slots: simulatedSlots,
    recovery: { idempotencyKey: true, lookUp: false, callback: true },
    provider:
      config.simulatedUrl === undefined
        ? {
            folder: join(config.home, 'simulated'),
            ...(config.ffmpegPath === undefined ? {} : { ffmpegPath: config.ffmpegPath }),
          }
        : { url: config.simulatedUrl },
  });
  closers.push(close);
  return engine;
}

// A provider outside can call back only where it reaches us.
const callbacksOf = ({ publicUrl }: Config) => publicUrl !== undefined;

function falOf(config: Config, closers: (() => Promise<unknown>)[]): Engine | undefined {
  const { fal } = config.hosted;
  if (fal === undefined) return undefined;
  const { send } = createSafeSend({ trustedOrigins: fal.origin === undefined ? [] : [fal.origin] });
  const { engine, close } = createFalEngine({ ...fal, callbacks: callbacksOf(config), send });
  closers.push(close);
  return engine;
}

function arkOf(config: Config, closers: (() => Promise<unknown>)[]): Engine | undefined {
  const { ark } = config.hosted;
  if (ark === undefined) return undefined;
  const { engine, close } = createArkEngine({ ...ark, callbacks: callbacksOf(config) });
  closers.push(close);
  return engine;
}

function replicateOf(config: Config, closers: (() => Promise<unknown>)[]): Engine | undefined {
  const { replicate } = config.hosted;
  if (replicate === undefined) return undefined;
  const { engine, close } = createReplicateEngine({ ...replicate, callbacks: callbacksOf(config) });
  closers.push(close);
  return engine;
}

function videosOf(config: Config, closers: (() => Promise<unknown>)[]): Engine | undefined {
  const { videos } = config.own;
  if (videos === undefined) return undefined;
  const preset = findVideosPreset(videos.preset);
  if (preset === undefined)
    throw new AppError(
      'invalid_request',
      `The environment cannot be used. KINORA_VIDEOS_PRESET: there is no preset "${videos.preset}"; there are ${videosPresets.map(({ name }) => name).join(', ')}.`,
    );
  const { servers, key } = videos;
  const { engine, close } = createVideosEngine({ name: 'videos', preset, servers, key });
  closers.push(close);
  return engine;
}

function comfyuiOf(config: Config, closers: (() => Promise<unknown>)[]): Engine | undefined {
  const { comfyui } = config.own;
  if (comfyui === undefined) return undefined;
  const workflow = readWorkflow(comfyui.workflowPath);
  const { engine, close } = createComfyuiEngine({ name: 'comfyui', workflow, servers: comfyui.servers });
  closers.push(close);
  return engine;
}
