import { readdir, readFile } from 'node:fs/promises';

const ticksPerSecond = 100;

/** CPU time of a database server and all its connections, those that have ended too, in seconds. Linux only. */
export async function databaseCpuSeconds(postmasterPid: number): Promise<number> {
  let ticks = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // The name in brackets may hold anything; the fields after it are counted from the third.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent] = fields;
    const isServer = Number(name) === postmasterPid;
    if (!isServer && parent !== postmasterPid) continue;
    const [user = 0, system = 0, userOfEnded = 0, systemOfEnded = 0] = fields.slice(11, 15);
    ticks += user + system + (isServer ? userOfEnded + systemOfEnded : 0);
  }
  return ticks / ticksPerSecond;
}

/** CPU time of this process, in seconds. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
