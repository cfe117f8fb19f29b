import { readdir, readFile } from 'node:fs/promises';

/** Resident memory of a process and everything below it, the database's processes left out. Linux only. */
export async function residentBytes(root: number): Promise<number> {
  const parents = new Map<number, number>();
  const sizes = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    const field = (label: string) => new RegExp(`^${label}:\\s+(.+)$`, 'm').exec(status)?.[1] ?? '';
    if (field('Name').startsWith('postgres')) continue;
    parents.set(Number(name), Number(field('PPid')));
    sizes.set(Number(name), Number.parseInt(field('VmRSS'), 10) * 1024 || 0);
  }
  let total = 0;
  for (const [pid, size] of sizes) {
    let above: number | undefined = pid;
    while (above !== undefined && above !== root && above > 1) above = parents.get(above);
    if (above === root) total += size;
  }
  return total;
}
