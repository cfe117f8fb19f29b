import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { ChildLimits } from './limits.ts';

/** A program and its arguments, never a line for a shell to read. */
export interface Command {
  file: string;
  args: readonly string[];
  /** Address space that the program itself sets aside when it starts, on top of what its job may have. */
  reservedBytes?: number;
}

/** How well children that open foreign media are contained on this system. */
export interface SandboxReport {
  /** `isolated`: each runs in a network namespace of its own, with nothing in it. */
  network: 'isolated' | 'shared';
  /** Whether the kernel holds bounds on time, address space and files. */
  limits: boolean;
  /** Whether the parent can see the memory a child holds, and ends one that takes too much. */
  memoryWatched: boolean;
}

const shell = '/bin/sh';

export async function sandboxReport(): Promise<SandboxReport> {
  return {
    network: (await networkPrefix()).length > 0 ? 'isolated' : 'shared',
    limits: hasShell(),
    memoryWatched: existsSync(`/proc/${process.pid}/status`),
  };
}

/** The command inside its limits, and without a network where the system allows that. It replaces the shell. */
export async function contain(command: Command, limits: ChildLimits): Promise<Command> {
  const words = [...(await networkPrefix()), command.file, ...command.args];
  const script = hasShell()
    ? [shell, '-c', `${limitScript(limits, command.reservedBytes ?? 0)}; exec "$@"`, 'kinora-media']
    : [];
  const [file = command.file, ...args] = [...script, ...words];
  return { file, args };
}

// One `ulimit` each: dash takes a single limit at a time, and an unknown one must not undo the others. The hard limit
// of time lies behind the soft one, whose signal tells us why the child ended.
function limitScript({ cpuSeconds, addressBytes, fileBytes }: ChildLimits, reservedBytes: number): string {
  const kibibytes = Math.floor((addressBytes + reservedBytes) / 1_024);
  const blocks = Math.floor(fileBytes / 512);
  return [
    `-v ${kibibytes}`,
    `-H -t ${cpuSeconds + 5}`,
    `-S -t ${cpuSeconds}`,
    `-f ${blocks}`,
    '-n 256',
    '-c 0',
  ]
    .map((limit) => `ulimit ${limit} 2>/dev/null || :`)
    .join('; ');
}

function hasShell(): boolean {
  return process.platform !== 'win32' && existsSync(shell);
}

let foundPrefix: Promise<string[]> | undefined;

// Tried once: whether a namespace may be made depends on the kernel and the container, not on the file.
function networkPrefix(): Promise<string[]> {
  foundPrefix ??= findNetworkPrefix();
  return foundPrefix;
}

async function findNetworkPrefix(): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const program = ['/usr/bin/unshare', '/bin/unshare'].find((path) => existsSync(path));
  if (program === undefined) return [];
  for (const flags of ['-n', '-rn'])
    if (await succeeds(program, [flags, '--', '/bin/true'])) return [program, flags, '--'];
  return [];
}

function succeeds(file: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'ignore', env: {}, timeout: 5_000, killSignal: 'SIGKILL' });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
