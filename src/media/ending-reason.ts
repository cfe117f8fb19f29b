import type { Container } from './containers.ts';
import { mostPixels } from './limits.ts';
import type { Ending } from './spawn-child.ts';

/** Why a file could not be decoded, as a short phrase for a person. No word of the decoder's gets into it. */
export function reasonOfEnding(ending: Ending, { called }: Container): string {
  if (ending.status === 'failed') {
    if (ending.why === 'too_slow') return 'it takes too long to decode';
    if (ending.why === 'too_much_memory') return 'it takes too much memory to decode';
    if (ending.why === 'ended_by_system')
      return 'the system ended its decoder, as it does when memory runs out';
    if (ending.why === 'crashed') return 'it makes its decoder crash';
  }
  const { said } = ending;
  const size = /Picture size (\d+)x(\d+)/.exec(said) ?? /(?:dimensions|dimension) (\d+)x(\d+)/.exec(said);
  if (size !== null && Number(size[1]) * Number(size[2]) > mostPixels)
    return `its picture of ${size[1]} x ${size[2]} pixels is larger than the ${mostPixels / 1_048_576} megapixels that are opened here; a smaller copy will do`;
  if (/Cannot allocate memory/.test(said)) return 'it takes too much memory to decode';
  if (/moov atom not found/.test(said)) return 'it is cut off: its index (moov) is missing';
  return `it cannot be decoded as ${called}`;
}
