import type { File } from '../contract/file.ts';
import { KinoraError } from './error.ts';
import { uploadFile } from './files.ts';
import type { FileContent } from './read-content.ts';
import { createTransport, type TransportSettings } from './transport.ts';

export interface UploaderOptions extends TransportSettings {
  /** Where the server is, such as `https://kinora.example`. */
  baseUrl: string;
  /** `kin_upload_…`, from `uploadTokens.create` on your server. */
  token: string;
}

export interface Uploader {
  /** As `files.upload`. Send the id of the file to your server, which uses it as a reference. */
  upload(content: FileContent, name?: string, options?: { signal?: AbortSignal }): Promise<File>;
}

/** What a web page uploads with: a token that can do nothing else, for a short time. */
export function createUploader({ baseUrl, token, ...settings }: UploaderOptions): Uploader {
  if (!token.startsWith('kin_upload_'))
    throw new KinoraError('key_in_page', 'That is not an upload token.', {
      hint: 'It begins with kin_upload_. Keep the key on your server. There, make an upload token with client.uploadTokens.create(…).',
    });
  const transport = createTransport({ baseUrl, key: token, ...settings });
  return {
    upload: (content, name, { signal } = {}) => uploadFile(transport, { content, name, signal }),
  };
}
