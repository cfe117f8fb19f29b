import { fileURLToPath } from 'node:url';

/** The folder `docs` of this package: as far from `src/` as from `dist/`. */
export const docsFolder = fileURLToPath(new URL('../../../docs/', import.meta.url));
