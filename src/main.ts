import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerType, serve } from '@hono/node-server';
import { type RehearsalCommand, rehearseStoryboard } from './actions/rehearse-storyboard.ts';
import { startEmailQueue } from './alerts/email-queue.ts';
import { inspectBy } from './batch/inspect-url.ts';
import { createClient } from './client/index.ts';
import { variablesFor } from './config/workflow-env.ts';
import type { Config } from './config.ts';
import { AppError } from './domain/errors.ts';
import type { PricedEngine } from './domain/priced-engine.ts';
import { refusalOf } from './domain/refusal-of.ts';
import { enginesOf, localEngineOf } from './engines/registry.ts';
import { diskFiles } from './files/disk.ts';
import { scratchIn } from './files/scratch.ts';
import { createApp } from './http/app.ts';
import { falWebhook } from './http/faces/fal/webhook-body.ts';
import { replicateWebhook } from './http/faces/replicate/webhook-body.ts';
import { openGenerationFeed } from './http/generation-feed.ts';
import { createLinks, referenceName } from './http/links.ts';
import { createQueueView } from './http/queue-view.ts';
import { readKeptRequest } from './http/read-request.ts';
import { webhookBodies } from './http/webhook-bodies.ts';
import { createMedia } from './media/create-media.ts';
import { createSafeAsk } from './net/safe-ask.ts';
import { createSafeFetch } from './net/safe-fetch.ts';
import { operatorKeyIn } from './operator-key.ts';
import { createStripePayments } from './payments/stripe.ts';
import type { PipelineDeps } from './pipeline/deps.ts';
import { startFeeder } from './pipeline/feed-batches.ts';
import { reclaimLost } from './pipeline/reclaim.ts';
import type { WorkLine } from './pipeline/work-line.ts';
import { startWorker, type Worker } from './pipeline/worker.ts';
import { readPacks } from './read-packs.ts';
import { startSchedules } from './runs/meet-schedules.ts';
import { startRunner } from './runs/start-runner.ts';
import { freeDeliveryLeases } from './store/claim-deliveries.ts';
import { mendDrift } from './store/counters.ts';
import { openStore, type Store } from './store/db.ts';
import { startEmbedded } from './store/embedded/start-embedded.ts';
import { registerServers } from './store/engine-servers.ts';
import { registerEngines } from './store/engines.ts';
import { mendFeed } from './store/event-feed.ts';
import { freeAbandonedKeys } from './store/idempotency.ts';
import { migrate } from './store/migrate.ts';
import { freeStepLeases } from './store/remote-attempts.ts';
import { freeRunLeases } from './store/runs.ts';
import { readSecret } from './store/secrets.ts';
import { freeUploadPlaces } from './store/upload-tokens.ts';
import { startSender } from './webhooks/sender.ts';
import { createCertificateSigner } from './webhooks/sign-certificate.ts';
import { createFalSigner } from './webhooks/sign-fal.ts';

export type { Rehearsal } from './actions/rehearse-storyboard.ts';

export interface Log {
  info(message: string, details?: object): void;
  warn(message: string, details?: object): void;
  error(message: string, details?: object): void;
}

/** A running Kinora: API and worker in one process. */
export interface Kinora {
  url: string;
  operatorKey: string;
  /** Absent where the operator key came from the environment. */
  operatorKeyPath: string | undefined;
  operatorKeyCreated: boolean;
  store: Store;
  /** Resolves with the reason if the embedded database is down for good; whoever started Kinora should then close it. */
  failed: Promise<AppError>;
  fetch(request: Request): Response | Promise<Response>;
  /** Ends in good order: no more calls, work given back, database stopped if it is ours. */
  close(): Promise<void>;
}

/** The only place that knows everyone: wires the parts and starts them, the database first. */
export async function startKinora(
  config: Config,
  log: Log,
  /** Instead of the usual ones: for tests, and for whoever brings an engine of their own. */
  options: { engines?: ReadonlyMap<string, PricedEngine> } = {},
): Promise<Kinora> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse())
      await closer().catch((error: unknown) => log.error('unexpected, closing', { error }));
  };
  try {
    const engines = options.engines ?? enginesOf(config, closers);
    const embedded = config.databaseUrl === undefined;
    const database = await openDatabase(config, log, closers);
    const store = openStore(database.url, {
      log: (message, error) => log.warn(message, { error }),
    });
    closers.push(() => store.close());
    const { applied } = await migrate(store);
    if (applied.length > 0) log.info('database schema brought up to date', { applied });
    await mendFeed(store);

    const operator =
      config.operatorKey === undefined
        ? await operatorKeyIn(config.home)
        : { key: config.operatorKey, path: undefined, created: false };
    const media = createMedia(config.ffmpegPath === undefined ? {} : { ffmpegPath: config.ffmpegPath });
    const files = diskFiles(join(config.home, 'files'));
    const scratch = scratchIn(join(config.home, 'scratch'));
    const onUnexpected = (error: unknown, doing: string) => log.error(`unexpected, ${doing}`, { error });
    await registerEngines(
      store,
      [...engines.values()].map(({ engine }) => ({
        name: engine.name,
        slots: engine.kind === 'remote' ? engine.slots : undefined,
      })),
    );
    for (const { engine } of engines.values())
      if (engine.kind === 'remote') await registerServers(store, engine.name, engine.pool?.servers ?? []);
    let url = config.publicUrl ?? (config.port === 0 ? '' : localUrl(config));
    const links = createLinks({
      baseUrl: () => url,
      publicUrl: config.publicUrl,
      secret: await readSecret(store, 'links'),
      now: Date.now,
    });
    const webhookKey = await readSecret(store, 'webhook key');
    const publicFiles = config.publicUrl !== undefined;
    const pipeline: PipelineDeps = {
      store,
      files,
      scratch,
      media,
      engines,
      certificates: createCertificateSigner(webhookKey, () => url),
      fetchFrom: (trustedOrigins) => createSafeFetch({ trustedOrigins }),
      callbackUrl: (engine, attemptId) =>
        url === '' ? undefined : `${url}/v1/callbacks/${encodeURIComponent(engine)}/${attemptId}`,
      referenceUrl: (generationId, reference) =>
        publicFiles
          ? links.contentUrl({
              id: referenceName(generationId, reference),
              contentType: reference.facts.contentType,
            })
          : undefined,
      onUnexpected,
    };
    if (embedded) {
      // The embedded database has one owner: whoever held these leases and claims is dead.
      await scratch.clear();
      await freeAbandonedKeys(store);
      await reclaimLost(pipeline, { all: true });
      await freeStepLeases(store);
      await freeDeliveryLeases(store);
      await freeUploadPlaces(store);
      await freeRunLeases(store);
      const drift = await mendDrift(store);
      if (drift.length > 0) log.warn('counters of running videos were off and are mended', { drift });
    }
    const feed = await openGenerationFeed(store);
    // Begun last: only then does everybody know where callbacks go.
    let worker: Worker | undefined;
    const nudge = () => worker?.nudge();
    closers.push(async () => worker?.stop());
    if (config.mail !== undefined) {
      const emails = await startEmailQueue({
        store,
        databaseUrl: database.url,
        mail: config.mail,
        onUnexpected,
      });
      closers.push(emails.stop);
    }
    const fetch = createSafeFetch({ trustedOrigins: config.trustedOrigins });
    const feeding = new AbortController();
    const feeder = startFeeder(
      {
        ...pipeline,
        publicFiles,
        fetch,
        readRow: readKeptRequest,
        rehearsalsInFlight: config.rehearsalsInFlight,
        onHeld: nudge,
      },
      feeding.signal,
    );
    closers.push(() => {
      feeding.abort();
      return feeder.done;
    });

    const falSigner = createFalSigner(webhookKey);
    const variable = variablesFor(config.workflowEnv);
    let runner: WorkLine | undefined;
    const app = createApp({
      ...pipeline,
      media,
      fetch,
      publicFiles,
      links,
      webhookKeys: falSigner.jwks,
      feed,
      operatorKey: operator.key,
      payments:
        config.stripe === undefined ? undefined : createStripePayments({ ...config.stripe, now: Date.now }),
      packs: await readPacks(config.packsPath),
      newAccount: {
        concurrencyLimit: 10,
        credits: { live: config.signupCredits, test: config.testCredits },
      },
      allowsVariable: (name, accountId) => variable(name, accountId) !== undefined,
      onQueued: () => runner?.nudge(),
      onAccepted: nudge,
      onUnexpected: (error, request) => log.error('unexpected', { error, request }),
    });
    const server = await listen((request) => app.fetch(request), config);
    closers.push(server.close);
    closers.push(async () => feed.stop());
    if (config.publicUrl === undefined) url = server.url;
    worker = startWorker(pipeline);
    const running = new AbortController();
    runner = startRunner(
      {
        store,
        clientOf: (actingKeyId) =>
          createClient({
            baseUrl: 'http://kinora',
            fetch: async (input, init) => app.fetch(new Request(input, init), { actingKeyId }),
          }),
        ask: createSafeAsk({ trustedOrigins: config.trustedOrigins }),
        inspect: inspectBy(fetch),
        variable,
        refusePost: (target) => refusalOf(() => fetch.checkPostTarget(target)),
        withFolder: scratch.withFolder,
        sleep: (ms, signal) => sleep(ms, undefined, { signal }),
        onUnexpected,
      },
      running.signal,
    );
    const schedules = startSchedules({ store, onUnexpected }, running.signal);
    closers.push(async () => {
      running.abort();
      await Promise.all([schedules.done, runner?.done]);
    });
    const sender = await startSender({
      store,
      fetch,
      bodies: webhookBodies(
        { links, queue: createQueueView({ store, engines }) },
        { fal: falWebhook, replicate: replicateWebhook },
      ),
      falSigner,
      now: Date.now,
      random: Math.random,
      onUnexpected,
    });
    closers.push(sender.stop);
    return {
      url: server.url,
      operatorKey: operator.key,
      operatorKeyPath: operator.path,
      operatorKeyCreated: operator.created,
      store,
      failed: database.failed,
      fetch: app.fetch,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Decides films on this machine without a database, an account or a port; as `rehearseStoryboard`. */
export function openRehearsal(
  config: Config,
): (
  command: RehearsalCommand,
  options: Parameters<typeof rehearseStoryboard>[2],
) => ReturnType<typeof rehearseStoryboard> {
  const deps = {
    engine: localEngineOf(config),
    media: createMedia(config.ffmpegPath === undefined ? {} : { ffmpegPath: config.ffmpegPath }),
    fetch: createSafeFetch({ trustedOrigins: config.trustedOrigins }),
    // Not below the home: a server that starts there clears its scratch.
    scratch: scratchIn(tmpdir()),
  };
  return async (command, options) => {
    // As a server makes it: one that the engine's cache had made would be closed to the database's user.
    await mkdir(config.home, { recursive: true });
    return rehearseStoryboard(deps, command, options);
  };
}

async function openDatabase(
  config: Config,
  log: Log,
  closers: (() => Promise<unknown>)[],
): Promise<{ url: string; failed: Promise<AppError> }> {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl, failed: new Promise(() => {}) };
  const embedded = await startEmbedded({ home: config.home, log: (line) => log.info(line) });
  closers.push(() => embedded.stop());
  const failed = new Promise<AppError>((resolve, reject) => {
    embedded.exited.then((exit) => {
      if (!exit.expected) resolve(exit.error);
    }, reject);
  });
  return { url: embedded.url, failed };
}

function listen(
  fetch: Kinora['fetch'],
  { host, port }: Config,
): Promise<{ url: string; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port }, (address) => {
      resolve({
        url: localUrl({ host, port: address.port }),
        close: () => closeServer(server),
      });
    });
    server.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? taken(host, port) : error),
    );
  });
}

/** How this machine reaches a server of ours. */
function localUrl({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const name = host === '0.0.0.0' || host === '::' || host === '127.0.0.1' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** How long calls under way may take to end once the server stops. */
const graceMs = 5_000;

/** Takes no more calls, lets those under way end, and cuts off what has not ended by then, such as event streams. */
async function closeServer(server: ServerType): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if (!('closeAllConnections' in server)) return closed;
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}

function taken(host: string, port: number): AppError {
  return new AppError('unavailable', `Port ${port} on ${host} is taken by another program.`, {
    hint: `Choose another: KINORA_PORT=${port + 1}. Perhaps a Kinora is running already: curl http://${host}:${port}/healthz.`,
  });
}
