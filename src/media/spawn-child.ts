import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { compiledCode } from './compiled-code.ts';
import { isProgram } from './find-program.ts';
import type { ChildLimits } from './limits.ts';
import { type Command, contain } from './sandbox.ts';

/** How a child ended. `said` is what it wrote to stderr, its beginning and its end if that was much. */
export type Ending = { status: 'done'; said: string } | { status: 'failed'; why: Failure; said: string };

/**
 * `complained`: it gave up by itself. `crashed`: it did what no program may. `ended_by_system`: somebody else killed
 * it, such as a kernel that is out of memory. The others are limits of ours, or `kill()`.
 */
export type Failure =
  | 'complained'
  | 'crashed'
  | 'ended_by_system'
  | 'too_slow'
  | 'too_much_memory'
  | 'killed';

export interface Child {
  stdin: Writable;
  stdout: Readable;
  /** Resolves once the process is gone; never rejects. */
  ended: Promise<Ending>;
  /** Ends it at once. Safe to call at any time. */
  kill(): void;
  /** The clock of `waitSeconds` starts anew. It runs from the start of the child. */
  expectAnswer(): void;
  /** The clock stands still while it is the parent who takes time. */
  rest(): void;
}

const watchEveryMs = 200;
const saidBytes = 16_384;

/**
 * Starts a contained child. An aborted signal kills it; the caller rejects with the reason. Throws if the
 * program could not be started.
 */
export async function spawnChild(options: {
  command: Command;
  limits: ChildLimits;
  scratch?: string | undefined;
  signal?: AbortSignal | undefined;
}): Promise<Child> {
  const { limits, signal } = options;
  signal?.throwIfAborted();
  // Behind a shell, a missing program would look like one that gave up.
  if (!isProgram(options.command.file))
    throw new Error(`The media program ${options.command.file} could not be started: it is not there.`);
  const { file, args } = await contain(options.command, limits);
  signal?.throwIfAborted();
  const directory = options.scratch ?? tmpdir();
  const child = spawn(file, args, {
    cwd: directory,
    env: bareEnvironment(directory),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  await started(child, options.command.file);

  let why: Failure | undefined;
  const end = (reason: Failure) => {
    why ??= reason;
    child.kill('SIGKILL');
  };
  const kill = () => end('killed');
  const clock = startClock(limits.waitSeconds, () => end('too_slow'));
  const stopWatching = watchMemory(child, limits.residentBytes, () => end('too_much_memory'));
  const said = keepEnds(child.stderr);
  // A child that is gone breaks our pipe; how it ended says more than EPIPE does.
  child.stdin.on('error', () => {});
  signal?.addEventListener('abort', kill, { once: true });
  if (signal?.aborted) kill();

  // Not the `close` event: it would also wait for whoever reads stdout, who may be waiting for us.
  const ended = Promise.all([exitOf(child), finished(child.stderr)]).then(([{ code, deadly }]): Ending => {
    clock.stop();
    stopWatching();
    signal?.removeEventListener('abort', kill);
    if (why === undefined && code === 0) return { status: 'done', said: said() };
    return { status: 'failed', why: why ?? failureOf(deadly), said: said() };
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    ended,
    kill,
    expectAnswer: clock.start,
    rest: clock.rest,
  };
}

function exitOf(child: ChildProcess): Promise<{ code: number | null; deadly: NodeJS.Signals | null }> {
  return new Promise((resolve) => child.once('exit', (code, deadly) => resolve({ code, deadly })));
}

function finished(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once('close', resolve));
}

function failureOf(deadly: NodeJS.Signals | null): Failure {
  if (deadly === null) return 'complained';
  if (deadly === 'SIGXCPU') return 'too_slow';
  return deadly === 'SIGKILL' ? 'ended_by_system' : 'crashed';
}

function started(child: ChildProcess, program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(new Error(`The media program ${program} could not be started: ${cause.message}.`, { cause })),
    );
  });
}

// What a dynamic linker and Node need, and nothing of ours: no key, no address, no home. Two arenas, because the
// allocator would otherwise set aside address space for every thread.
function bareEnvironment(scratch: string): NodeJS.ProcessEnv {
  const bare: NodeJS.ProcessEnv = {
    LC_ALL: 'C',
    TMPDIR: scratch,
    MALLOC_ARENA_MAX: '2',
    // x264 reads memory of its own that it never wrote (macroblock tree, below about 640x360): fresh pages are zero, so
    // that the same frames give the same file. Known to glibc only.
    MALLOC_MMAP_THRESHOLD_: '32768',
  };
  for (const name of ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'windir']) {
    const value = process.env[name];
    if (value !== undefined) bare[name] = value;
  }
  const compiled = compiledCode();
  if (compiled !== undefined) bare['NODE_COMPILE_CACHE'] = compiled;
  return bare;
}

function startClock(seconds: number, onRunOut: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const rest = () => clearTimeout(timer);
  const start = () => {
    rest();
    if (!stopped) timer = setTimeout(onRunOut, seconds * 1_000);
  };
  const stop = () => {
    stopped = true;
    rest();
  };
  start();
  return { start, rest, stop };
}

function watchMemory(child: ChildProcess, mostBytes: number, onTooMuch: () => void): () => void {
  if (process.platform !== 'linux') return () => {};
  const timer = setInterval(() => {
    void residentBytes(child.pid).then((bytes) => {
      if (bytes > mostBytes) onTooMuch();
    });
  }, watchEveryMs);
  return () => clearInterval(timer);
}

// A process that is gone holds nothing.
async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}

// The beginning names the streams, the end says what went wrong; what lies between may be without bound.
function keepEnds(stream: Readable): () => string {
  let head = '';
  let tail = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const room = saidBytes - head.length;
    head += text.slice(0, room);
    tail = (tail + text.slice(room)).slice(-saidBytes);
  });
  return () => head + tail;
}
