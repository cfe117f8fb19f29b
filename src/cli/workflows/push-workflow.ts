import { readYaml } from '../../batch/workflow/read-yaml.ts';
import { readWorkflow } from '../../batch/workflow.ts';
import { type Client, KinoraError } from '../../client/index.ts';
import type { Invocation } from '../command.ts';
import { readText } from '../read-file.ts';
import { oneLine } from '../text-width.ts';
import { printDetail } from './print-workflow.ts';

/** Stores a workflow file on the server, which says what it cannot give it; each fault is told with its line. */
export async function pushWorkflow(invocation: Invocation, client: Client, file: string): Promise<void> {
  const { output, signal } = invocation;
  const text = await readText(file);
  const { name } = readWorkflow(text, file);
  const read = readYaml(text, file);
  try {
    // It was an object: that it is a workflow has been seen.
    const stored = await client.workflows.store(name, read.value as Record<string, unknown>, { signal });
    output.line(`${output.style.good('✓')} ${oneLine(name)} is stored, version ${stored.version}`);
  } catch (error) {
    if (!(error instanceof KinoraError) || error.faults.length === 0) throw error;
    const faults = error.faults.map(
      ({ pointer, message }) => `line ${read.lineOf(stepsOf(pointer))}: ${message}`,
    );
    throw new KinoraError(error.code, `${file} cannot run on a server.\n  ${faults.join('\n  ')}`, {
      hint: 'kinora run makes it from here. docs/schedules.md says what a server needs.',
    });
  }
  await printDetail(invocation, client, name);
}

/** Of a JSON pointer; numbers are places in lists. */
const stepsOf = (pointer: string): (string | number)[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
