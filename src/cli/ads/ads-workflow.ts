import { readWorkflow, type Workflow } from '../../batch/workflow.ts';
import { UsageError } from '../exit-codes.ts';
import { readText } from '../read-file.ts';

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
