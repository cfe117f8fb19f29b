import type { MediaFacts } from '../domain/media-facts.ts';
import type { Received } from '../files/scratch.ts';
import { insertFile } from '../store/files.ts';
import type { PipelineDeps } from './deps.ts';
import { writeDown } from './write-down.ts';

type Deps = Pick<PipelineDeps, 'store' | 'files'>;
type Owned = { accountId: string; id: string };

/** Makes a file of the account from a finished video or poster, which is taken over; its id. */
export function keepOutput(deps: Deps, owned: Owned, received: Received, facts: MediaFacts): Promise<string> {
  return insert(deps, { owned, received, facts }, () => deps.files.keep(received.sha256, received.path));
}

/** Makes one more file of bytes that are kept already. Throws an AppError `not_found` if they are gone meanwhile. */
export function keepAgain(deps: Deps, owned: Owned, kept: Received, facts: MediaFacts): Promise<string> {
  return insert(deps, { owned, received: kept, facts }, async () => {
    await deps.files.localPath(kept.sha256);
  });
}

async function insert(
  deps: Deps,
  { owned, received, facts }: { owned: Owned; received: Received; facts: MediaFacts },
  keepBytes: () => Promise<void>,
): Promise<string> {
  const { accountId, id } = owned;
  const name = `${id}.${facts.kind === 'video' ? 'mp4' : 'jpg'}`;
  const file = await writeDown(() =>
    insertFile(deps.store, { accountId, ...received, facts, name }, keepBytes),
  );
  return file.id;
}
