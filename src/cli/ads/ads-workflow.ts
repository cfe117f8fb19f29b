import { readFile } from 'node:fs/promises';
import { readWorkflow, type Workflow } from '../../batch/workflow.ts';
import { UsageError } from '../exit-codes.ts';

/** Which workflow a command is about. */
export interface AdsWorkflow {
  name: string;
  /** Where it was named by its file. */
  file: { path: string; text: string; matrix: NonNullable<Workflow['matrix']> } | undefined;
}

/** A workflow file with a matrix, or the name of a workflow. */
export async function openAdsWorkflow(given: string): Promise<AdsWorkflow> {
  return /\.(ya?ml|json)$/i.test(given) ? openAdsFile(given) : { name: given, file: undefined };
}

/** A workflow file with a matrix. */
export async function openAdsFile(path: string): Promise<AdsWorkflow & { file: object }> {
  const text = await readText(path);
  const { name, matrix } = readWorkflow(text, path);
  if (matrix === undefined)
    throw new UsageError(
      `${path} has no matrix.`,
      'As in matrix: { axes: { hook: [A question, A promise], scene: [kitchen, terrace] } }; docs/ads.md explains it.',
    );
  return { name, file: { path, text, matrix } };
}

export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new UsageError(`There is no file ${path}.`);
    if (error.code === 'EISDIR') throw new UsageError(`${path} is a folder, not a file.`);
    throw error;
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${path} is not UTF-8.`, 'Save it as UTF-8; in Excel that is "CSV UTF-8".');
  }
}
