import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../exit-codes.ts';

/** So that what was paid or waited for has a place to go. `example` names such a file. */
export async function prepareFile(
  path: string,
  { flag, example }: { flag: string; example: string },
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `The folder ${dirname(path)} cannot be made (${code}).`,
      `Choose another with ${flag}.`,
    );
  }
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory())
    throw new UsageError(`${path} is a folder.`, `Name the file: ${flag} ${example}.`);
}
