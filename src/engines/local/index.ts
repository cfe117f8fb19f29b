import { type ChildProcess, fork } from 'node:child_process';
import type { LocalEngine, RenderContext, RenderResult } from '../../domain/engine.ts';
import type { Plan } from '../../domain/plan.ts';
import { forgetSource } from './cache/asset-folder.ts';
import { capabilities } from './capabilities.ts';
import type { PlannerSettings, RenderOrder, RenderReport } from './render-messages.ts';
import { siblingModule } from './sibling-module.ts';
import { openRemovalPlugIn, type RemovalPlugInName } from './understand/removal-plug-in.ts';

export type { PlannerSettings } from './render-messages.ts';

export interface LocalEngineOptions {
  slots: number;
  /** Chooses an FFmpeg program instead of the library. */
  ffmpegPath?: string | undefined;
  /** Where what was understood of files is kept for later films, up to 1 GB; absent: nowhere. */
  cacheFolder?: string | undefined;
  /** A language model that reads the prompts; absent: the grammar reads them. */
  planner?: PlannerSettings | undefined;
  /** Asked for the outline of products that cannot be cut out here; absent: nobody is. */
  backgroundRemoval?: RemovalPlugInName | undefined;
}

/**
 * The embedded engine: composes an honest film draft from the references on this machine, without a key or a GPU.
 * Each render runs in a process of its own. Throws an AppError where a background remover is set but not installed.
 */
export function createLocalEngine({ slots, ...settings }: LocalEngineOptions): LocalEngine {
  if (settings.backgroundRemoval !== undefined) openRemovalPlugIn();
  return {
    kind: 'local',
    name: 'local',
    capabilities,
    slots,
    render: (plan, context) =>
      inProcess({ task: 'film', plan, context, settings }, (report) =>
        report.kind === 'result' ? report.result : undefined,
      ),
    storyboard: (plan, context) =>
      inProcess({ task: 'storyboard', plan, context, settings }, (report) =>
        report.kind === 'storyboard' ? report.result : undefined,
      ),
    async forget(sha256) {
      if (settings.cacheFolder !== undefined) await forgetSource(settings.cacheFolder, sha256);
    },
  };
}

const mostErrorCharacters = 2_000;

type Failed = Extract<RenderResult, { status: 'failed' }>;

/** `resultIn` finds in a report how the task ended. */
function inProcess<Result>(
  job: {
    task: RenderOrder['task'];
    plan: Plan;
    context: RenderContext;
    settings: Omit<LocalEngineOptions, 'slots'>;
  },
  resultIn: (report: RenderReport) => Result | undefined,
): Promise<Result | Failed> {
  const { task, plan, context, settings } = job;
  const { references, directory, signal, onProgress } = context;
  signal.throwIfAborted();
  const order: RenderOrder = { task, plan, references, directory, ...settings };
  return new Promise((resolve, reject) => {
    const child = fork(siblingModule(import.meta.url, './render-process'), [], {
      execPath: process.execPath,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: hasGroups,
    });
    let result: Result | undefined;
    let said = '';
    let fraction = 0;
    const kill = () => killWithAll(child);
    signal.addEventListener('abort', kill, { once: true });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-mostErrorCharacters);
    });
    child.on('message', (report: RenderReport) => {
      if (report.kind !== 'progress') result = resultIn(report);
      else if (!signal.aborted && fraction < 1 && report.progress.fraction >= fraction) {
        fraction = report.progress.fraction;
        onProgress(report.progress);
      }
    });
    child.on('error', (error) => {
      signal.removeEventListener('abort', kill);
      reject(new Error(`The render process could not be started: ${error.message}`, { cause: error }));
    });
    child.on('close', (code, killedBy) => {
      signal.removeEventListener('abort', kill);
      if (signal.aborted) reject(signal.reason);
      else if (result !== undefined) resolve(result);
      else reject(crash(code, killedBy, said));
    });
    child.send(order, (error) => {
      // A child that is gone already also tells by 'close', with what it said.
      if (error !== null) kill();
    });
  });
}

/** Windows has no process groups; there, the codecs end when their pipes break. */
const hasGroups = process.platform !== 'win32';

/** The render process leads a group of its own, so that its codecs end with it, at once, whatever they are doing. */
function killWithAll(child: ChildProcess): void {
  const isOver = child.exitCode !== null || child.signalCode !== null;
  if (isOver || child.pid === undefined) return;
  if (hasGroups) process.kill(-child.pid, 'SIGKILL');
  else child.kill('SIGKILL');
}

/** For the log alone: what a process says while it breaks down may name what is nobody else's business. */
function crash(code: number | null, killedBy: NodeJS.Signals | null, said: string): Error {
  const how = killedBy === null ? `code ${code}` : `signal ${killedBy}`;
  const last = said.trim() === '' ? 'it said nothing' : said.trim();
  return new Error(`The render process ended with ${how} before its work was done: ${last}`);
}
