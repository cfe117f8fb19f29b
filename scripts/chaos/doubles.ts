import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../src/store/embedded/port.ts';

/** A double of each provider that needs one; each keeps its origin over its deaths. */
export interface Doubles {
  origins: Readonly<Record<string, string>>;
  /** Kills all of them with SIGKILL and starts them again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startDoubles(engines: readonly string[], provider: string): Promise<Doubles> {
  const ports = new Map<string, number>();
  for (const engine of engines) ports.set(engine, await freePort());
  const children: ChildProcess[] = [];

  const start = () =>
    Promise.all(
      [...ports].map(async ([engine, port]) => {
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
    origins: Object.fromEntries([...ports].map(([engine, port]) => [engine, `http://127.0.0.1:${port}`])),
    async restart() {
      await stop();
      await start();
    },
    stop,
  };
}
