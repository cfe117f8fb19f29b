import { createHash } from 'node:crypto';
import type { PlannedReference, PlannedRow } from './plan-rows.ts';
import type { Workflow } from './workflow.ts';

/**
 * What a row asks for, as 64 hex digits: prompt, settings and the contents of its references. Renaming a file changes
 * nothing; another picture under the same name does. The content behind a URL is not known here, so there the address
 * itself counts.
 */
export function requestHash<Reference extends PlannedReference>(
  workflow: Workflow,
  row: Omit<PlannedRow, 'references'> & { references: readonly Reference[] },
  contentOf: (reference: Reference) => string,
): string {
  const request = {
    endpoint: workflow.endpoint,
    prompt: row.prompt,
    duration: workflow.duration,
    aspect_ratio: workflow.aspect_ratio,
    seed: workflow.seed ?? null,
    generate_audio: workflow.generate_audio ?? true,
    references: row.references.map((reference) => ({
      kind: reference.kind,
      role: reference.role ?? null,
      alias: reference.alias ?? null,
      content: contentOf(reference),
    })),
  };
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}

/** `workflow/row/request/try`, in characters that a header can carry. */
export function idempotencyKey(parts: {
  workflow: string;
  rowKey: string;
  requestHash: string;
  attempt: number;
}): string {
  const { workflow, rowKey, attempt } = parts;
  const tail = `${parts.requestHash.slice(0, 32)}/${attempt}`;
  const whole = `${encodeURIComponent(workflow)}/${encodeURIComponent(rowKey)}/${tail}`;
  if (whole.length <= longestHeaderValue) return whole;
  const named = createHash('sha256')
    .update(JSON.stringify([workflow, rowKey]))
    .digest('hex');
  return `${named}/${tail}`;
}

const longestHeaderValue = 255;
