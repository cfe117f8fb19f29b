import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The absolute path of a module beside this one, for forking: `siblingModule(import.meta.url, './child')`. It
 * carries the extension of the asking module, which is `.ts` in a checkout and `.js` in the built package.
 */
export function siblingModule(moduleUrl: string, relative: string): string {
  return fileURLToPath(new URL(`${relative}${extname(new URL(moduleUrl).pathname)}`, moduleUrl));
}
