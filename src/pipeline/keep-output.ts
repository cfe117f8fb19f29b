import type { MediaFacts } from '../domain/media-facts.ts';
import type { Received } from '../files/scratch.ts';
import { insertFile } from '../store/files.ts';
import type { PipelineDeps } from './deps.ts';
import { writeDown } from './write-down.ts';

/** Makes a file of the account from a finished video or poster; its id. */
export async function keepOutput(
  deps: Pick<PipelineDeps, 'store' | 'files'>,
  { accountId, id }: { accountId: string; id: string },
  received: Received,
  facts: MediaFacts,
): Promise<string> {
  const name = `${id}.${facts.kind === 'video' ? 'mp4' : 'jpg'}`;
  const file = await writeDown(() =>
    insertFile(deps.store, { accountId, ...received, facts, name }, () =>
      deps.files.keep(received.sha256, received.path),
    ),
  );
  return file.id;
}
