import type { Json } from '../../domain/json.ts';
import { type RawRecord, sourceLimits } from './source.ts';

/** The record that one JSON text says; `undefined` stands for one that is too long to be kept. */
export function parseRecord(text: string | undefined, place: string): RawRecord {
  if (text === undefined)
    return {
      place,
      fault: `it has more than ${sourceLimits.recordBytes.toLocaleString('en')} characters.`,
    };
  try {
    return asRecord(JSON.parse(text) as Json, place);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { place, fault: `it is not JSON: ${error.message.slice(0, 200)}.` };
  }
}

export function asRecord(item: Json, place: string): RawRecord {
  if (typeof item === 'object' && item !== null && !Array.isArray(item)) return { place, values: item };
  return { place, fault: 'it is not an object. Write {"sku": "A-1", …}.' };
}
