import { createHash } from 'node:crypto';
import { bundleLimits, canonicalBundle } from '../domain/bundle.ts';
import { AppError } from '../domain/errors.ts';
import type { Reference } from '../domain/request.ts';
import { type BundleRow, findBundle, isSame, putBundle as store } from '../store/bundles.ts';
import type { Deps } from './deps.ts';
import { type WantedReference, withReferences } from './snapshot-references.ts';

export type WantedBundleReference = WantedReference & { priority: number | undefined };

export interface NewBundle {
  name: string;
  description: string | undefined;
  references: readonly WantedBundleReference[];
}

/**
 * Keeps a bundle as a new version, with every reference made a file, unless the newest version has the same contents.
 * Throws one AppError that names every bad reference.
 */
export async function putBundle(
  deps: Pick<Deps, 'store' | 'files' | 'scratch' | 'media' | 'fetch'>,
  accountId: string,
  { name, description, references: wanted }: NewBundle,
): Promise<{ row: BundleRow; isNew: boolean }> {
  return withReferences(deps, { accountId, wanted }, async (snapshots) => {
    const hash = hashOf(snapshots.references, wanted);
    const newest = await findBundle(deps.store, accountId, name);
    if (newest !== undefined && isSame(newest, hash)) return { row: newest, isNew: false };
    const { references } = await snapshots.keep();
    const rows = entriesOf(references, wanted).map((entry, index) => {
      const source = wanted[index]?.source;
      return {
        ...entry,
        fileId: references[index]?.fileId ?? null,
        sourceUrl: source?.from === 'url' ? source.url : null,
      };
    });
    const kept = await store(
      deps.store,
      accountId,
      { name, description: description ?? null, hash, references: rows },
      { mostNames: bundleLimits.names },
    );
    if (kept !== 'full') return kept;
    throw new AppError(
      'invalid_state',
      `The account has ${bundleLimits.names} bundles, which is as many as may be.`,
      { hint: 'Use a name that is there; its versions are not counted.' },
    );
  });
}

const hashOf = (references: readonly Reference[], wanted: readonly WantedBundleReference[]) =>
  createHash('sha256')
    .update(canonicalBundle(entriesOf(references, wanted)))
    .digest('hex');

const entriesOf = (references: readonly Reference[], wanted: readonly WantedBundleReference[]) =>
  references.map(({ kind, sha256, role, alias }, index) => ({
    kind,
    sha256,
    role: role ?? null,
    alias: alias ?? null,
    priority: wanted[index]?.priority ?? null,
  }));
