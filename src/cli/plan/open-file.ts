import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeLock } from '../../batch/lock-file.ts';
import { openLock } from '../../batch/open-lock.ts';
import { type OpenWorkflow, openWorkflow } from '../../batch/open-workflow.ts';
import type { SinkSpec } from '../../batch/sinks/index.ts';
import type { SourceContext } from '../../batch/sources/source.ts';
import { readWorkflow, type Workflow } from '../../batch/workflow.ts';
import type { Client } from '../../client/index.ts';
import { readConfig } from '../../config.ts';
import type { Environment } from '../command.ts';
import { inspectUrls } from '../inspect-url.ts';
import { readText } from '../read-file.ts';
import { writeAtomically } from '../write-atomically.ts';

/** A workflow file and all that it names. */
export interface OpenFile {
  open: OpenWorkflow;
  workflow: Workflow;
  sinks: readonly SinkSpec[];
  /** What its source and its sinks may reach. */
  context: SourceContext;
  /** The folder for what is made, absolute; undefined where the file wants none. */
  output: string | undefined;
  /** Writes `kinora.lock` where the plan has learnt or accepted anything. */
  keepLock(): Promise<void>;
}

/** Reads a workflow file. Paths in it begin at its folder, variables are those of the shell: its writer is its user. */
export async function openFile(options: {
  file: string;
  env: Environment;
  client: Client;
  signal: AbortSignal;
  acceptDrift?: boolean;
}): Promise<OpenFile> {
  const { file, env, client, signal, acceptDrift = false } = options;
  const workflow = readWorkflow(await readText(file), file);
  const folder = dirname(resolve(file));
  const context: SourceContext = {
    folder,
    env: (name) => env[name],
    fetch: (url, request) => fetch(url, request),
    sleep: (ms, within) => sleep(ms, undefined, { signal: within }),
  };
  const { output = `out/${workflow.name}`, sink } = workflow;
  const { path, lock } = await openLock(file);
  const inspect = inspectUrls(readConfig(env).trustedOrigins);
  const open = await openWorkflow(workflow, { folder, context, client, lock, inspect, acceptDrift, signal });
  return {
    open,
    workflow,
    sinks: sink,
    context,
    output: output === false ? undefined : resolve(folder, output),
    async keepLock() {
      if (open.urls.lockChanged) await writeAtomically(path, writeLock(lock));
    },
  };
}
