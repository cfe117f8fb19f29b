import type { UnsetEngine } from '../actions/unset-engines.ts';
import type { Engine } from '../contract/engine.ts';
import type { Capabilities, ReferenceLimits } from '../domain/capabilities.ts';
import type { PriceBook } from '../domain/price-book.ts';
import type { PricedEngine } from '../domain/priced-engine.ts';
import type { EngineServerRow } from '../store/engine-servers.ts';
import { type EngineStatistics, statisticsHours } from '../store/engine-statistics.ts';
import { type EngineRow, isAvailable } from '../store/engines.ts';

/** An engine as it stands: `priced` is absent for one that was set up once and is not now. */
export function presentEngine(
  row: EngineRow,
  about: {
    priced: PricedEngine | undefined;
    statistics: EngineStatistics | undefined;
    servers: readonly EngineServerRow[];
  },
): Engine {
  const { priced, statistics, servers } = about;
  const engine = priced?.engine;
  const isCooling = row.notBefore !== null && row.notBefore.getTime() > Date.now();
  return {
    object: 'engine',
    name: row.name,
    state: stateOf(row, priced),
    model: engine?.capabilities.model ?? null,
    kind: engine?.kind ?? null,
    serves: [...(priced?.serves ?? [])],
    slots: row.slots,
    running: row.running,
    paused_at: row.pausedAt?.toISOString() ?? null,
    cooling_down_until: isCooling ? (row.notBefore?.toISOString() ?? null) : null,
    cooling_down_reason: isCooling ? row.notBeforeReason : null,
    capabilities: engine === undefined ? null : presentCapabilities(engine.capabilities),
    price: priced === undefined ? null : presentPrice(priced.priceBook, priced.engine.capabilities),
    recovery:
      engine?.kind === 'remote'
        ? {
            idempotency_key: engine.recovery.idempotencyKey,
            look_up: engine.recovery.lookUp,
            callback: engine.recovery.callback,
          }
        : null,
    statistics: presentStatistics(statistics),
    servers: servers.map(presentServer),
  };
}

/** One that is not set up here and could be. */
export function presentUnsetEngine({ name, capabilities, priceBook }: UnsetEngine): Engine {
  const nothing = { slots: null, running: 0, pausedAt: null, notBefore: null, notBeforeReason: null };
  const row = presentEngine({ name, ...nothing }, { priced: undefined, statistics: undefined, servers: [] });
  if (capabilities === undefined) return { ...row, kind: 'remote' };
  return {
    ...row,
    model: capabilities.model,
    kind: 'remote',
    capabilities: presentCapabilities(capabilities),
    price: presentPrice(priceBook, capabilities),
  };
}

function stateOf(row: EngineRow, priced: PricedEngine | undefined): Engine['state'] {
  if (priced === undefined) return 'not_set_up';
  if (row.pausedAt !== null) return 'paused';
  if (!isAvailable(row)) return 'resting';
  return row.slots !== null && row.running >= row.slots ? 'full' : 'ready';
}

function presentCapabilities(capabilities: Capabilities): NonNullable<Engine['capabilities']> {
  const { references = {}, travel, audio, alwaysAudio } = capabilities;
  const { image, video, audio: sound } = references;
  return {
    endpoints: [...capabilities.endpoints],
    durations: [...capabilities.durationsSeconds],
    sizes: capabilities.sizes,
    max_references: capabilities.maxReferences,
    reference_limits: {
      ...(image === undefined ? {} : { image: presentLimits(image) }),
      ...(video === undefined ? {} : { video: presentLimits(video) }),
      ...(sound === undefined ? {} : { audio: presentLimits(sound) }),
    },
    adapts_references: Object.values(travel ?? {}).some((ways) => ways.some((way) => way !== 'public_url')),
    audio: !audio ? 'never' : alwaysAudio === true ? 'always' : 'wanted',
    seeds: capabilities.seeds,
    storyboards: capabilities.storyboards,
  };
}

type Limits = NonNullable<NonNullable<Engine['capabilities']>['reference_limits']['image']>;

function presentLimits(limits: ReferenceLimits): Limits {
  const { contentTypes, videoCodecs, maxBytes, seconds, sidePixels, framePixels, ratio } = limits;
  return {
    ...(contentTypes === undefined ? {} : { content_types: [...contentTypes] }),
    ...(videoCodecs === undefined ? {} : { video_codecs: [...videoCodecs] }),
    ...(maxBytes === undefined ? {} : { max_bytes: maxBytes }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(sidePixels === undefined ? {} : { side_pixels: sidePixels }),
    ...(framePixels === undefined ? {} : { frame_pixels: framePixels }),
    ...(ratio === undefined ? {} : { ratio }),
  };
}

function presentPrice(
  priceBook: PriceBook,
  { durationsSeconds }: Capabilities,
): NonNullable<Engine['price']> {
  return {
    price_book: priceBook.id,
    lengths: durationsSeconds.flatMap((duration) => {
      const price = priceBook.rows.get(duration);
      return price === undefined ? [] : [{ duration, credits: price.credits, usd_cents: price.usdCents }];
    }),
  };
}

function presentStatistics(statistics: EngineStatistics | undefined): Engine['statistics'] {
  const { attempts = 0, succeeded = 0, rejected = 0, failed = 0 } = statistics ?? {};
  const judged = attempts - rejected;
  return {
    window_hours: statisticsHours,
    attempts,
    succeeded,
    rejected,
    failed,
    success_rate: judged === 0 ? null : succeeded / judged,
    rejection_rate: attempts === 0 ? null : rejected / attempts,
    latency_p50_seconds: statistics?.latencyP50 ?? null,
    latency_p95_seconds: statistics?.latencyP95 ?? null,
  };
}

export function presentServer(server: EngineServerRow): Engine['servers'][number] {
  const { origin, slots, busy, trouble, seenAt, drainedAt } = server;
  return {
    origin,
    slots,
    busy,
    state: drainedAt !== null ? 'drained' : seenAt === null ? 'unseen' : busy === null ? 'down' : 'ready',
    trouble,
    seen_at: seenAt?.toISOString() ?? null,
    drained_at: drainedAt?.toISOString() ?? null,
  };
}
