import { AVMEDIA_TYPE_AUDIO } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { Source } from '../job.ts';
import { answer } from './answer.ts';
import { decode } from './decode.ts';
import { filterChain } from './filter-chain.ts';
import { present } from './must.ts';
import { firstStream, openDecoder, openSource } from './open-source.ts';

const bytesPerSample = 8;

/** Answers with the sound of a file, interleaved stereo float at `soundFilter`'s rate. */
export async function sound(job: { source: Source; filter: string; samples: number }): Promise<void> {
  const format = await openSource(job.source);
  const stream = present(firstStream(format, AVMEDIA_TYPE_AUDIO), 'a sound track');
  const decoder = present(await openDecoder(stream), 'a decoder for this codec');
  const chain = filterChain(job.filter);
  let left = job.samples;
  const send = (result: Frame) => {
    const samples = Math.min(left, result.nbSamples);
    const [data] = present(result.data, 'the samples of a frame');
    answer(present(data, 'the samples of a frame').subarray(0, samples * bytesPerSample));
    left -= samples;
    return left > 0;
  };
  const onFrame = (frame: Frame) => chain.push(frame, send);
  await decode(format, [{ stream, decoder, onFrame, packets: 0, badPackets: 0 }]);
  if (left > 0) await chain.push(null, send);
}
