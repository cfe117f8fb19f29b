import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contactSheet } from '../../batch/contact-sheet.ts';
import { type Result, resultsCsv } from '../../batch/results.ts';
import type { Workflow } from '../../batch/workflow.ts';
import { writeAtomically } from '../write-atomically.ts';

/**
 * Writes `results.csv` and, of those to be shown, `contact-sheet.html` into the output folder; answers with their
 * absolute paths.
 */
export async function writeResults(options: {
  output: string;
  workflow: Workflow;
  results: readonly Result[];
  shown: readonly Result[];
}): Promise<{ resultsCsv: string; contactSheet: string }> {
  const { output, workflow, results, shown } = options;
  const paths = { resultsCsv: join(output, 'results.csv'), contactSheet: join(output, 'contact-sheet.html') };
  await writeAtomically(paths.resultsCsv, resultsCsv(results));
  const page = contactSheet({
    workflow: workflow.name,
    aspectRatio: workflow.aspect_ratio,
    madeAt: new Date().toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' }),
    results: shown,
    posters: await readPosters(output, shown),
  });
  await writeAtomically(paths.contactSheet, page);
  return paths;
}

async function readPosters(output: string, results: readonly Result[]): Promise<Map<string, string>> {
  const posters = new Map<string, string>();
  for (const { key, poster } of results) {
    if (poster === null) continue;
    // A still that somebody removed is no reason to have no page.
    const bytes = await readFile(join(output, poster)).catch(() => undefined);
    if (bytes !== undefined) posters.set(key, `data:image/jpeg;base64,${bytes.toString('base64')}`);
  }
  return posters;
}
