import { resolve } from 'node:path';

/** The folder in which Node keeps compiled code, where this process was told one; a child starts in half the time with it. */
export function compiledCode(): string | undefined {
  const folder = process.env['NODE_COMPILE_CACHE'];
  return folder === undefined || folder === '' ? undefined : resolve(folder);
}
