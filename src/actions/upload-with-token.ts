import { AppError } from '../domain/errors.ts';
import type { Received } from '../files/scratch.ts';
import { type FileRow, findFile } from '../store/files.ts';
import {
  beginUpload,
  fillUploadPlace,
  findUploaded,
  freeUploadPlace,
  type UploadToken,
} from '../store/upload-tokens.ts';
import type { Deps } from './deps.ts';
import { keepUpload } from './keep-upload.ts';

/**
 * Makes a file of what a web page sends with its token. A place is taken before the first byte is received, and given
 * back if no file comes of it, or after ten minutes if this process dies. The same bytes sent again are the same file, whether or not there is a place left.
 */
export async function uploadWithToken(
  deps: Pick<Deps, 'store' | 'files' | 'media'>,
  token: UploadToken,
  receive: () => Promise<{ received: Received; name: string | undefined }>,
): Promise<FileRow> {
  const begun = await beginUpload(deps.store, token.id);
  if (begun === undefined) throw usedUp(token);
  try {
    const upload = await receive();
    const known = await findUploaded(deps.store, token.id, upload.received.sha256);
    const file = known === undefined ? undefined : await findFile(deps.store, token.accountId, known);
    if (file !== undefined) return file;
    if (begun === 'full') throw usedUp(token);
    const { place } = begun;
    return await keepUpload(deps, {
      accountId: token.accountId,
      token: {
        ...token,
        async fill(db) {
          if (!(await fillUploadPlace(db, { id: token.id, place }))) throw usedUp(token);
        },
      },
      ...upload,
    });
  } finally {
    if (begun !== 'full') await freeUploadPlace(deps.store, begun.place);
  }
}

const usedUp = ({ id, maxFiles }: UploadToken) =>
  new AppError('forbidden', `The upload token ${id} is used up: it was for ${maxFiles}.`, {
    hint: 'Ask your server for a new one: POST /v1/upload-tokens.',
  });
