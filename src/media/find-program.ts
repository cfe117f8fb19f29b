import { accessSync, constants } from 'node:fs';
import { basename, delimiter, join, resolve } from 'node:path';

/** The absolute path of a program: a bare name is looked up on the PATH. Undefined if there is none. */
export function findProgram(nameOrPath: string): string | undefined {
  if (basename(nameOrPath) !== nameOrPath) return [resolve(nameOrPath)].find(isProgram);
  const endings = process.platform === 'win32' ? ['', '.exe'] : [''];
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => endings.map((ending) => join(folder, nameOrPath + ending)))
    .find(isProgram);
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
