import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../src/store/embedded/port.ts';
import { serversOf } from './engines.ts';

/** The doubles of each provider that needs them; each keeps its origin over its deaths. */
export interface Doubles {
  origins: Readonly<Record<string, readonly string[]>>;
  /** Kills all of them with SIGKILL and starts them again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startDoubles(engines: readonly string[], provider: string): Promise<Doubles> {
  const places: { engine: string; port: number }[] = [];
  for (const engine of engines)
    for (let n = 0; n < serversOf(engine); n += 1) places.push({ engine, port: await freePort() });
  const children: ChildProcess[] = [];

  const start = () =>
    Promise.all(
      places.map(async ({ engine, port }) => {
        const args = ['--engine', engine, '--provider', provider, '--port', String(port)];
        const child = fork(new URL('./double-process.ts', import.meta.url), args, { stdio: 'inherit' });
        children.push(child);
        await once(child, 'message');
      }),
    );
  const stop = async () => {
    await Promise.all(
      children.splice(0).map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      }),
    );
  };
  await start();
  return {
    origins: Object.fromEntries(
      engines.map((name) => [
        name,
        places.filter(({ engine }) => engine === name).map(({ port }) => `http://127.0.0.1:${port}`),
      ]),
    ),
    async restart() {
      await stop();
      await start();
    },
    stop,
  };
}
