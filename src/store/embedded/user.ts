import { spawn } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { AppError } from '../../domain/errors.ts';

/** The system user PostgreSQL runs as. Where one is absent, that is the user of this process. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** `output` is all the program wrote; `reason` is the end of it, or why it could not be started. */
export type Run = { status: 'ok'; output: string } | { status: 'failed'; reason: string };

// Any other id will not do: initdb looks its user up in the passwd file.
const nobody: ServerUser = { uid: 65_534, gid: 65_534 };

/** PostgreSQL refuses to run as root: then whoever owns the data runs it, and nobody where there is none yet. */
export function serverUserFor(owner: ServerUser | undefined): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return owner === undefined || owner.uid === 0 ? nobody : { uid: owner.uid, gid: owner.gid };
}

/** How every program of PostgreSQL is started: nothing of our environment may change what it does. */
export function spawnSettings(user: ServerUser | undefined) {
  return {
    // A user other than ours may not be able to enter our own working directory.
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    ...(user ?? {}),
  };
}

/** Runs a program to its end as `user`. */
export async function runAs(
  user: ServerUser | undefined,
  command: { file: string; args: readonly string[]; input?: string },
): Promise<Run> {
  const child = startAs(user, command);
  const ended = new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => {
      resolve(code === 0 ? undefined : signal === null ? `exit code ${code}` : `ended by ${signal}`);
    });
  });
  // A program that ends before it read its input breaks the pipe; how it ended says more than that.
  child.stdin.on('error', () => {});
  child.stdin.end(command.input ?? '');
  const [fault, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (fault === undefined) return { status: 'ok', output: stdout };
  const lastWords = `${stdout}${stderr}`.trim().split('\n').slice(-5).join('\n');
  return { status: 'failed', reason: lastWords === '' ? fault : `${lastWords} (${fault})` };
}

function startAs(user: ServerUser | undefined, command: { file: string; args: readonly string[] }) {
  try {
    return spawn(command.file, command.args, spawnSettings(user));
  } catch (cause) {
    if (user === undefined) throw cause;
    throw new AppError(
      'unavailable',
      `This system does not let root start a program as user id ${user.uid}.`,
      {
        hint: 'Run Kinora as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
        cause,
      },
    );
  }
}

/** Whether `user` can enter a directory: asked by doing it, since modes, ACLs and mounts all have a say. */
export async function canEnter(user: ServerUser, directory: string): Promise<boolean> {
  const run = await runAs(user, { file: '/bin/sh', args: ['-c', 'cd -- "$1"', 'sh', directory] });
  return run.status === 'ok';
}

/** Makes `user` the owner of a file; without one, it belongs to this process's user already. */
export async function giveTo(user: ServerUser | undefined, path: string): Promise<void> {
  if (user === undefined) return;
  try {
    await chown(path, user.uid, user.gid);
  } catch (cause) {
    throw new AppError('unavailable', `Root may not give ${path} to user id ${user.uid} on this system.`, {
      hint: 'Run Kinora as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
      cause,
    });
  }
}
