import type { Capabilities } from '../domain/capabilities.ts';
import { arkCapabilities } from './ark/capabilities.ts';
import { falCapabilities } from './fal/capabilities.ts';
import { replicateCapabilities } from './replicate/capabilities.ts';

/**
 * What a hosted engine takes and makes, also where it is not set up: known beforehand, unlike that of an engine on machines of
 * the operator's own. Undefined for any other name.
 */
export function hostedCapabilities(name: string): { name: string; capabilities: Capabilities } | undefined {
  switch (name) {
    case 'fal':
      return { name, capabilities: falCapabilities({ callbacks: true }) };
    case 'ark':
      return { name, capabilities: arkCapabilities('seedance-2.0') };
    case 'replicate':
      return { name, capabilities: replicateCapabilities({ callbacks: true }) };
    default:
      return undefined;
  }
}
