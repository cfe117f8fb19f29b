import { createHash } from 'node:crypto';
import { bundleLimits, canonicalBundle } from '../domain/bundle.ts';
import { AppError } from '../domain/errors.ts';
import type { Reference } from '../domain/request.ts';
import { type BundleRow, findBundle, isSame, putBundle as store } from '../store/bundles.ts';
import { deleteFile, findFiles } from '../store/files.ts';
import type { Owner } from '../store/read-generations.ts';
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
 * Throws one AppError that names every bad reference; photos of people belong to no bundle, since its versions last and
 * a consent may not.
 */
export async function putBundle(
  deps: Pick<Deps, 'store' | 'files' | 'scratch' | 'media' | 'fetch'>,
  owner: Owner,
  { name, description, references: wanted }: NewBundle,
): Promise<{ row: BundleRow; isNew: boolean }> {
  const { accountId } = owner;
  await refusePeople(deps, accountId, wanted);
  // Nobody is seen in what is left, so it does not matter for whom it is used.
  const use = { engine: '', workflow: undefined };
  return withReferences(deps, { owner, use, wanted }, async (snapshots) => {
    const hash = hashOf(snapshots.references, wanted);
    const newest = await findBundle(deps.store, accountId, name);
    if (newest !== undefined && isSame(newest, hash)) return { row: newest, isNew: false };
    const { references, newFileIds } = await snapshots.keep();
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
    if (kept !== 'full' && kept.isNew) return kept;
    for (const id of newFileIds) await deleteFile(deps.store, accountId, id);
    if (kept !== 'full') return kept;
    throw new AppError(
      'invalid_state',
      `The account has ${bundleLimits.names} bundles, which is as many as may be.`,
      { hint: 'Use a name that is there; its versions are not counted.' },
    );
  });
}

async function refusePeople(
  { store: db }: Pick<Deps, 'store'>,
  accountId: string,
  wanted: readonly WantedBundleReference[],
): Promise<void> {
  const ids = wanted.flatMap(({ source }) => (source.from === 'file' ? [source.fileId] : []));
  const files = ids.length === 0 ? [] : await findFiles(db, accountId, ids);
  const ofPeople = new Set(files.filter(({ consentId }) => consentId !== null).map(({ id }) => id));
  const faults = wanted
    .filter(
      ({ role, consentId, source }) =>
        role === 'person' ||
        consentId !== undefined ||
        (source.from === 'file' && ofPeople.has(source.fileId)),
    )
    .map(({ pointer }) => ({
      pointer,
      code: 'invalid_request' as const,
      message: 'A bundle holds no photo of a person.',
    }));
  if (faults.length === 0) return;
  throw new AppError('invalid_request', 'A bundle holds no photos of people.', {
    hint: 'Name them in the request itself, each with its consent_id: a person may take it back, and a version of a bundle stays.',
    faults,
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
