import type { Backend } from './backend.ts';

/** What every operation of `Media` works with. */
export interface MediaTools {
  backend: Backend;
  /** An existing folder in which children run. Nothing stays in it. */
  scratch?: string;
}
