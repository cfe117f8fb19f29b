import { join } from 'node:path';
import type { Config } from '../config.ts';
import { type Purse, purses } from '../domain/credits.ts';
import type { Engine, LocalEngine } from '../domain/engine.ts';
import { type PriceBook, priceBooks } from '../domain/price-book.ts';
import type { PricedEngine } from '../domain/priced-engine.ts';
import { createLocalEngine } from './local/index.ts';
import { createSimulatedEngine } from './simulated/index.ts';

/** One engine that Kinora knows how to make. */
interface EngineRow {
  name: string;
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
