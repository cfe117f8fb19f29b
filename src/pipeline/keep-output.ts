import type { MediaFacts } from '../domain/media-facts.ts';
import type { Received } from '../files/scratch.ts';
import { insertOutput } from '../store/files.ts';
import type { PipelineDeps } from './deps.ts';
import { writeDown } from './write-down.ts';

type Deps = Pick<PipelineDeps, 'store' | 'files'>;
type Owned = { accountId: string; id: string };

/**
 * Makes a file of the account from a finished video or poster, which is taken over; its id. Undefined, and nothing kept,
 * where a person in it has revoked the consent.
 */
export function keepOutput(
  deps: Deps,
  owned: Owned,
  received: Received,
  facts: MediaFacts,
): Promise<string | undefined> {
  return insert(deps, { owned, received, facts }, () => deps.files.keep(received.sha256, received.path));
}

/** Makes one more file of bytes that are kept already. Throws an AppError `not_found` if they are gone meanwhile. */
export function keepAgain(
  deps: Deps,
  owned: Owned,
  kept: Received,
  facts: MediaFacts,
): Promise<string | undefined> {
  return insert(deps, { owned, received: kept, facts }, async () => {
    await deps.files.localPath(kept.sha256);
  });
}

async function insert(
  deps: Deps,
  { owned, received, facts }: { owned: Owned; received: Received; facts: MediaFacts },
  keepBytes: () => Promise<void>,
): Promise<string | undefined> {
  const { accountId, id } = owned;
  const name = `${id}.${facts.kind === 'video' ? 'mp4' : 'jpg'}`;
  const file = await writeDown(() =>
    insertOutput(deps.store, { accountId, ...received, facts, name, generationId: id }, keepBytes),
  );
  return file?.id;
}
