import { type Config, readConfig } from '../config.ts';
import { AppError } from '../domain/errors.ts';
import type { Log } from '../main.ts';
import type { Environment } from './command.ts';
import { readOperatorKey, readServing, type Serving } from './home-files.ts';
import type { Output } from './output.ts';

/** A server that a command may use as its operator. */
export interface OwnServer {
  url: string;
  operatorKey: string;
  home: string;
  /** Whether it runs inside this process, and ends with it. */
  inside: boolean;
  close(): Promise<void>;
}

/**
 * Starts Kinora inside this process on a free port of this machine; or uses the one that `kinora serve` runs on the
 * same home. Throws an AppError where neither works.
 */
export async function openOwnServer(options: {
  env: Environment;
  output: Output;
  /** Another home than the environment's. */
  home?: string;
}): Promise<OwnServer> {
  const { env, output } = options;
  const read = readConfig(env);
  const config: Config = {
    ...read,
    home: options.home ?? read.home,
    host: '127.0.0.1',
    port: 0,
    publicUrl: undefined,
  };
  const { startKinora } = await import('../main.ts');
  try {
    const closing = new AbortController();
    const kinora = await startKinora(config, quietLog(output, closing.signal));
    return {
      url: kinora.url,
      operatorKey: kinora.operatorKey,
      home: config.home,
      inside: true,
      close() {
        closing.abort();
        return kinora.close();
      },
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
    const running = await findRunning(config);
    if (running === undefined) throw error;
    output.note(`using the Kinora that serves this home at ${running.url}`);
    return { ...running, home: config.home, inside: false, close: async () => {} };
  }
}

/**
 * Where the `kinora serve` of a home listens. The file alone does not say: a server that was killed leaves it behind,
 * and the operator key must not go to whoever listens there now. So its writer must own the home's database still.
 */
export async function findServing(home: string): Promise<Serving | undefined> {
  const serving = await readServing(home);
  if (serving === undefined) return undefined;
  const { ownerOf } = await import('../doctor.ts');
  return (await ownerOf(home)) === serving.pid ? serving : undefined;
}

async function findRunning(config: Config): Promise<{ url: string; operatorKey: string } | undefined> {
  const serving = await findServing(config.home);
  const operatorKey = config.operatorKey ?? (await readOperatorKey(config.home));
  if (serving === undefined || operatorKey === undefined) return undefined;
  return { url: serving.url, operatorKey };
}

/** What a person running one command should know of the server inside it; that it ends with the command is no news. */
function quietLog(output: Output, closing: AbortSignal): Log {
  return {
    info() {},
    warn(message, details) {
      if (!closing.aborted) output.note(`${message}${because(details)}`);
    },
    error: (message, details) => output.problem(`${message}${because(details)}`),
  };
}

function because(details: object | undefined): string {
  if (details === undefined || !('error' in details)) return '';
  const { error } = details;
  return `: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
