import { newId } from '../../../store/new-id.ts';
import { accountOf } from '../../auth.ts';
import { storableName } from '../../receive-upload.ts';
import { writeUploadToken } from '../../upload-token.ts';
import { readJsonObject } from '../read-json.ts';
import type { FalContext } from './context.ts';

/** Where fal's clients put their bytes; below it parts have their numbers. */
export const uploadPath = '/fal/uploads';

/**
 * Says where a file may be put, without a key, and by which address it can be named from then on. The same for a file
 * that comes in parts.
 */
export async function initiateUpload({ c, deps, links }: FalContext): Promise<Response> {
  const { accountId } = accountOf(c);
  const { file_name: given, content_type: type } = await readJsonObject(c);
  const name = typeof given === 'string' && given !== '' ? storableName(given) : undefined;
  const contentType = typeof type === 'string' ? type : 'application/octet-stream';
  const fileId = newId('file');
  const token = writeUploadToken(deps.links, { accountId, fileId, name });
  return c.json({
    upload_url: links.absolute(`${uploadPath}/${token}`),
    file_url: links.contentUrl({ id: fileId, contentType }),
  });
}
