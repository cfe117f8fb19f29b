import { readFile } from 'node:fs/promises';
import { decodeText } from '../batch/sources/decode-text.ts';
import { UsageError } from './exit-codes.ts';

/** The bytes of a file that the user has named. Throws a UsageError where there is none. */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`There is no file ${path}.`);
    if (code === 'EISDIR') throw new UsageError(`${path} is a folder, not a file.`);
    throw error;
  }
}

/** The same as text, which has to be UTF-8. */
export const readText = async (path: string): Promise<string> => decodeText(await readBytes(path), path);
