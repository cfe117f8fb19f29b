import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenWorkflow, openWorkflow } from '../../batch/open-workflow.ts';
import type { SinkSpec } from '../../batch/sinks/index.ts';
import type { SourceContext } from '../../batch/sources/source.ts';
import { readWorkflow, type Workflow } from '../../batch/workflow.ts';
import type { Client } from '../../client/index.ts';
import type { Environment } from '../command.ts';
import { UsageError } from '../exit-codes.ts';

/** A workflow file and all that it names. */
export interface OpenFile {
  open: OpenWorkflow;
  workflow: Workflow;
  sinks: readonly SinkSpec[];
  /** What its source and its sinks may reach. */
  context: SourceContext;
  /** The folder for what is made, absolute; undefined where the file wants none. */
  output: string | undefined;
}

/** Reads a workflow file. Paths in it begin at its folder, variables are those of the shell: its writer is its user. */
export async function openFile(options: {
  file: string;
  env: Environment;
  client: Client;
  signal: AbortSignal;
}): Promise<OpenFile> {
  const { file, env, client, signal } = options;
  const workflow = readWorkflow(await readText(file), file);
  const folder = dirname(resolve(file));
  const context: SourceContext = {
    folder,
    env: (name) => env[name],
    fetch: (url, request) => fetch(url, request),
    sleep: (ms, within) => sleep(ms, undefined, { signal: within }),
  };
  const { output = `out/${workflow.name}`, sink } = workflow;
  return {
    open: await openWorkflow(workflow, { folder, context, client, signal }),
    workflow,
    sinks: sink,
    context,
    output: output === false ? undefined : resolve(folder, output),
  };
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`There is no file ${path}.`);
    if (code === 'EISDIR') throw new UsageError(`${path} is a folder, not a file.`);
    throw error;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${path} is not UTF-8.`, 'Save it as UTF-8.');
  }
}
