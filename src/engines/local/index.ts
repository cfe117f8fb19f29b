import { fork } from 'node:child_process';
import type { LocalEngine, RenderContext, RenderResult } from '../../domain/engine.ts';
import type { Plan } from '../../domain/plan.ts';
import { capabilities } from './capabilities.ts';
import type { RenderOrder, RenderReport } from './render-messages.ts';
import { siblingModule } from './sibling-module.ts';

/**
 * The embedded engine: composes an honest film draft from the references on this machine, without a key or a GPU.
 * Each render runs in a process of its own. `ffmpegPath` chooses an FFmpeg program instead of the library.
 */
export function createLocalEngine(options: { slots: number; ffmpegPath?: string }): LocalEngine {
  const { slots, ffmpegPath } = options;
  return {
    kind: 'local',
    name: 'local',
    capabilities,
    slots,
    render: (plan, context) => renderInProcess(plan, context, ffmpegPath),
  };
}

const mostErrorCharacters = 2_000;

function renderInProcess(plan: Plan, context: RenderContext, ffmpegPath?: string): Promise<RenderResult> {
  const { references, directory, signal, onProgress } = context;
  signal.throwIfAborted();
  const order: RenderOrder = {
    plan,
    references,
    directory,
    ...(ffmpegPath === undefined ? {} : { ffmpegPath }),
  };
  return new Promise((resolve, reject) => {
    const child = fork(siblingModule(import.meta.url, './render-process'), [], {
      execPath: process.execPath,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let result: RenderResult | undefined;
    let said = '';
    let fraction = 0;
    const kill = () => child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-mostErrorCharacters);
    });
    child.on('message', (report: RenderReport) => {
      if (report.kind === 'result') result = report.result;
      else if (!signal.aborted && report.progress.fraction >= fraction) {
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
      else resolve(result ?? crashed(code, killedBy, said));
    });
    child.send(order, (error) => {
      // A child that is gone already also tells by 'close', with what it said.
      if (error !== null) kill();
    });
  });
}

function crashed(code: number | null, killedBy: NodeJS.Signals | null, said: string): RenderResult {
  const how = killedBy === null ? `code ${code}` : `signal ${killedBy}`;
  const last = said.trim() === '' ? 'it said nothing' : said.trim();
  return {
    status: 'failed',
    code: 'engine_failed',
    message: `The render process ended with ${how} before the film was done: ${last}`,
    retryable: true,
  };
}
