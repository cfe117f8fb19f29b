import { AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { Source } from '../job.ts';
import { answer } from './answer.ts';
import { decode } from './decode.ts';
import { filterChain } from './filter-chain.ts';
import { present } from './must.ts';
import { firstStream, openDecoder, openSource } from './open-source.ts';

/** Answers with the first picture of a file as one PAM file of RGBA. */
export async function picture({ source, filter }: { source: Source; filter: string }): Promise<void> {
  const format = await openSource(source);
  const stream = present(firstStream(format, AVMEDIA_TYPE_VIDEO), 'a picture');
  const decoder = present(await openDecoder(stream), 'a decoder for this codec');
  const chain = filterChain(`${filter},format=rgba`);
  let found = false;
  const send = (result: Frame) => {
    found = true;
    answer(
      `P7\nWIDTH ${result.width}\nHEIGHT ${result.height}\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n`,
    );
    answer(result.toBuffer());
    return false;
  };
  const onFrame = (frame: Frame) => chain.push(frame, send);
  await decode(format, [{ stream, decoder, onFrame, packets: 0, badPackets: 0 }]);
  if (!found) throw new Error('no picture could be decoded');
}
