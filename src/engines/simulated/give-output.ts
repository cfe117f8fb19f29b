import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Book, BookJob } from './book.ts';
import type { CardFiles } from './card-files.ts';
import { type Reply, refusal } from './reply.ts';
import type { Script } from './script.ts';
import type { Card } from './test-card.ts';
import type { JobRequest } from './wire.ts';

/** `GET /outputs/{job}.mp4`: a test card, with whatever the job's script has done to it. */
export async function giveOutput(
  job: BookJob,
  { cards, book }: { cards: CardFiles; book: Pick<Book, 'mislead'> },
): Promise<Reply> {
  const { output } = job.script;
  if (output.kind === 'missing')
    return refusal(404, { code: 'output_gone', message: 'There is no such video any more.' });
  const interrupted = output.kind === 'interrupted' && job.misled.output < output.times;
  if (interrupted) book.mislead({ job_id: job.jobId, about: 'output' });
  const whole = await readFile(await cards.pathOf(cardOf(job.request, output)));
  return { kind: 'video', bytes: spoilt(whole, output), interrupted };
}

function cardOf(
  { width, height, duration, audio }: Omit<JobRequest, 'simulate'>,
  output: Script['output'],
): Card {
  const scale = output.kind === 'wrong_size' ? 0.5 : 1;
  return {
    width: width * scale,
    height: height * scale,
    seconds: 'seconds' in output ? output.seconds : duration,
    sound: !audio ? 'none' : output.kind === 'silent' ? 'silence' : 'pips',
  };
}

const headBytes = 64;

function spoilt(whole: Buffer, output: Script['output']): Buffer {
  if (output.kind === 'truncated') return whole.subarray(0, whole.length * 0.6);
  if (output.kind !== 'corrupt') return whole;
  return Buffer.concat([whole.subarray(0, headBytes), noise(whole.length - headBytes)]);
}

function noise(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 64) }, (_, index) =>
    createHash('sha512').update(`noise ${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}
