import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { FormData } from 'undici';
import type { ReferenceFile } from '../../domain/engine.ts';
import type { AskServer } from '../ask-server.ts';
import { extensionOf } from '../file-name.ts';
import { uploadSchema } from './wire.ts';

/** Where our files lie among those of others. */
const subfolder = 'kinora';

export type Uploaded = { status: 'uploaded'; name: string } | { status: 'failed'; message: string };

/**
 * Puts a reference among the inputs of a server, named by its content: the same picture lies there once, however often it is
 * used. Nothing is asked for by it, so a lost answer costs nothing.
 */
export async function uploadReference(
  { path, facts }: ReferenceFile,
  { ask, server, signal }: { ask: AskServer; server: string; signal: AbortSignal },
): Promise<Uploaded> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const name = `${hash.digest('hex')}.${extensionOf(facts.contentType)}`;
  const form = new FormData();
  // The route is called so, and takes any file.
  form.append('image', await openAsBlob(path, { type: facts.contentType }), name);
  form.append('type', 'input');
  form.append('subfolder', subfolder);
  form.append('overwrite', 'true');
  const reply = await ask({ method: 'POST', origin: server, path: '/upload/image', body: { form }, signal });
  if (reply.status !== 'answered') return { status: 'failed', message: reply.message };
  const uploaded = reply.code === 200 ? uploadSchema.safeParse(reply.body) : undefined;
  if (uploaded?.success !== true)
    return {
      status: 'failed',
      message:
        reply.code === 413
          ? `It takes no ${facts.kind} as large; start it with a larger --max-upload-size.`
          : `It answered ${reply.code} to an upload.`,
    };
  const { subfolder: folder = '', name: given } = uploaded.data;
  return { status: 'uploaded', name: folder === '' ? given : `${folder}/${given}` };
}
