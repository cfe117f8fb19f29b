import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FleetServer {
  url: string;
}

/** Several Kinoras on one database, each started again on its own port whenever it has died. */
export interface Fleet {
  servers: readonly FleetServer[];
  /** Kills one with SIGKILL, if it lives; it comes back by itself. */
  kill(index: number): boolean;
  /** Ends them all and starts none again. */
  stop(): Promise<void>;
}

const restartPauseMs = 200;

export async function startFleet(options: {
  ports: readonly number[];
  logFile: string;
  environment: (port: number) => Record<string, string>;
}): Promise<Fleet> {
  const { ports, logFile, environment } = options;
  const log = openSync(logFile, 'a');
  const children: (ChildProcess | undefined)[] = ports.map(() => undefined);
  let isStopping = false;

  const start = (index: number, port: number) => {
    const child = fork(new URL('./server-process.ts', import.meta.url), {
      env: { ...process.env, ...environment(port) },
      stdio: ['ignore', log, log, 'ipc'],
    });
    children[index] = child;
    child.once('exit', async () => {
      await sleep(restartPauseMs);
      if (!isStopping) start(index, port);
    });
    return child;
  };
  await Promise.all(ports.map((port, index) => once(start(index, port), 'message')));
  return {
    servers: ports.map((port) => ({ url: `http://127.0.0.1:${port}` })),
    kill(index) {
      const child = children[index];
      const lives = child !== undefined && child.exitCode === null && child.signalCode === null;
      return lives && child.kill('SIGKILL');
    },
    async stop() {
      isStopping = true;
      await Promise.all(
        children.map(async (child) => {
          if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
          const exited = once(child, 'exit');
          child.kill('SIGKILL');
          await exited;
        }),
      );
    },
  };
}
