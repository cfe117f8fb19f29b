import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { requestHash } from '../../batch/fingerprint.ts';
import type { InvalidRow, Planned, PlannedReference, PlannedRow } from '../../batch/plan-rows.ts';
import type { LoadedWorkflow } from './load-workflow.ts';

/** A reference with what is behind it: a file by its content, or an address. */
export type HashedReference = PlannedReference &
  ({ from: 'file'; path: string; sha256: string } | { from: 'url'; url: string });

export interface ReadyRow extends PlannedRow {
  references: HashedReference[];
  requestHash: string;
}

/** Reads each distinct file once. A row whose file cannot be read becomes invalid; the others do not mind. */
export async function hashReferences(
  loaded: LoadedWorkflow,
  planned: Planned,
): Promise<{ rows: ReadyRow[]; invalid: InvalidRow[] }> {
  const { workflow } = loaded;
  const hash = hashedReferences(loaded);
  const rows: ReadyRow[] = [];
  const invalid = [...planned.invalid];
  for (const row of planned.rows) {
    try {
      const references: HashedReference[] = [];
      for (const reference of row.references) references.push(await hash(reference));
      rows.push({
        ...row,
        references,
        requestHash: requestHash(workflow, { ...row, references }, contentOf),
      });
    } catch (error) {
      const why = whyUnreadable(error);
      if (why === undefined) throw error;
      invalid.push({ key: row.key, title: row.title, error: `Row ${row.key}: ${why}` });
    }
  }
  return { rows, invalid };
}

const contentOf = (reference: HashedReference) =>
  reference.from === 'file' ? reference.sha256 : reference.url;

function hashedReferences({
  pathOf,
}: LoadedWorkflow): (reference: PlannedReference) => Promise<HashedReference> {
  const hashes = new Map<string, Promise<string>>();
  return async (reference) => {
    const path = pathOf(reference);
    if (path === undefined) {
      const url = 'url' in reference.location ? reference.location.url : '';
      return { ...reference, from: 'url', url };
    }
    const sha256 = hashes.get(path) ?? sha256Of(path);
    hashes.set(path, sha256);
    return { ...reference, from: 'file', path, sha256: await sha256 };
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function whyUnreadable(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'path' in error)) return undefined;
  const { code, path } = error;
  if (code === 'ENOENT') return `there is no file ${String(path)}.`;
  return `${String(path)} cannot be read (${String(code)}).`;
}
