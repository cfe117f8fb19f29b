import { createHash } from 'node:crypto';
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { Json } from '../../domain/json.ts';

/** The same for the same options of a sink and the same place, whatever their order; another one for others. */
export function markName(spec: Readonly<Record<string, Json>>, place = ''): string {
  const text = canonicalJson({ spec: { ...spec }, place });
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
