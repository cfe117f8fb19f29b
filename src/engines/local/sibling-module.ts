import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a module beside the asking one, with its extension: `.ts` in a checkout, `.js` when built. */
export function siblingModule(moduleUrl: string, relative: string): string {
  return fileURLToPath(new URL(`${relative}${extname(new URL(moduleUrl).pathname)}`, moduleUrl));
}
