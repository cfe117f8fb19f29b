import { AVMEDIA_TYPE_VIDEO, AVSEEK_FLAG_BACKWARD } from 'node-av/constants';
import { type FormatContext, Frame, type Stream } from 'node-av/lib';
import type { PicturesJob } from '../job.ts';
import { answer } from './answer.ts';
import { decode, secondsOf } from './decode.ts';
import { filterChain } from './filter-chain.ts';
import { must, present } from './must.ts';
import { firstStream, openDecoder, openSource } from './open-source.ts';

/**
 * Answers with pictures at a constant rate. A picture is shown from the output frame nearest to its time until
 * the next one begins, so some are repeated and some never converted at all.
 */
export async function pictures(job: PicturesJob): Promise<void> {
  const { source, rate, startSeconds, frames, width, height } = job;
  const format = await openSource(source);
  const stream = present(firstStream(format, AVMEDIA_TYPE_VIDEO), 'a picture');
  const decoder = present(await openDecoder(stream), 'a decoder for this codec');
  const fps = rate.numerator / rate.denominator;
  const chain = filterChain(`${job.filter},format=rgba`);
  const held = new Frame();
  held.alloc();
  let holding = false;
  let heldFrom = 0;
  let heldUntil = 0;
  let sent = 0;

  await seek(format, stream, startSeconds);
  const origin = firstTime(stream);

  async function sendHeldUntil(end: number): Promise<void> {
    const copies = Math.min(end, frames) - sent;
    if (copies <= 0 || !holding) return;
    await chain.push(held, (result) => {
      if (result.width !== width || result.height !== height)
        throw new Error(`the filters made ${result.width} x ${result.height} of ${width} x ${height}`);
      const data = result.toBuffer();
      for (let copy = 0; copy < copies; copy++) answer(data);
      sent += copies;
      return true;
    });
  }

  async function onFrame(frame: Frame): Promise<boolean> {
    const at = (secondsOf(frame.bestEffortTimestamp, stream) ?? origin + heldUntil) - origin;
    const index = Math.round((at - startSeconds) * fps);
    await sendHeldUntil(index);
    held.unref();
    must(held.ref(frame), 'keeping a frame');
    // Where the file does not say how long a picture lasts, as long as the one before.
    const lasts = secondsOf(frame.duration, stream) || (holding ? at - heldFrom : 0) || 1 / fps;
    holding = true;
    heldFrom = at;
    heldUntil = at + lasts;
    return sent < frames;
  }

  await decode(format, [{ stream, decoder, onFrame, packets: 0, badPackets: 0 }]);
  const end = Math.round((heldUntil - startSeconds) * fps);
  await sendHeldUntil(startSeconds > 0 ? end : Math.max(end, sent + 1));
}

const firstTime = (stream: Stream) => secondsOf(stream.startTime, stream) ?? 0;

// Lands on the key frame before; what is decoded until `startSeconds` is never sent.
async function seek(format: FormatContext, stream: Stream, startSeconds: number): Promise<void> {
  if (startSeconds <= 0) return;
  const { num, den } = stream.timeBase;
  const timestamp = BigInt(Math.floor(((startSeconds + firstTime(stream)) * den) / num));
  must(await format.seekFrame(stream.index, timestamp, AVSEEK_FLAG_BACKWARD), 'seeking');
}
