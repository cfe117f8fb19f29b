import { basename, relative, resolve } from 'node:path';
import { type Client, KinoraError, type RequestBodies } from '../../client/index.ts';
import type { Generation } from '../../contract/generation.ts';
import { type Command, type Invocation, onlyArgument, serverOptions } from '../command.ts';
import { Interrupted, NotMade, UsageError } from '../exit-codes.ts';
import { generationRequest } from '../generation-request.ts';
import { download } from '../run/download.ts';
import { doingOf } from '../run/watch-run.ts';
import { openSession } from '../session.ts';

export const command: Command = {
  name: 'generate',
  summary: 'make one video from a prompt, and from images, videos and audio if you like',
  usage: '"prompt" [options]',
  options: {
    image: {
      type: 'string',
      short: 'i',
      multiple: true,
      value: 'FILE',
      help: 'an image: path or URL, or role=path as in style=brand.jpg',
    },
    video: { type: 'string', short: 'v', multiple: true, value: 'FILE', help: 'a video' },
    audio: { type: 'string', short: 'a', multiple: true, value: 'FILE', help: 'an audio clip' },
    'first-frame': { type: 'string', value: 'FILE', help: 'the image that the video begins with' },
    duration: { type: 'string', short: 'd', value: 'SECONDS', help: '4 to 15; 5 by default' },
    ratio: { type: 'string', short: 'r', value: 'RATIO', help: '16:9 (default), 9:16 or 1:1' },
    seed: {
      type: 'string',
      value: 'NUMBER',
      help: 'the same request with the same seed gives the same video',
    },
    silent: { type: 'boolean', help: 'without sound' },
    output: { type: 'string', short: 'o', value: 'FILE', help: 'where the video goes; out.mp4 by default' },
    resume: { type: 'string', value: 'ID', help: 'wait for a generation that was asked for before' },
    ...serverOptions,
  },
  examples: [
    'kinora generate "@Image1 rotates slowly on a clean surface" -i mug.jpg -d 5 -o mug.mp4',
    'kinora generate "A calm opening shot" -i product=mug.jpg -i style=brand.jpg -a music.m4a -r 9:16',
    'kinora generate --resume gen_3v9k0c7m2q5x8z1b4n6p0r2t -o mug.mp4',
  ],
  async run(invocation) {
    const { positionals, options, output, signal } = invocation;
    const resumed = options.text('resume');
    if (resumed !== undefined && positionals.length > 0)
      throw new UsageError('--resume takes up an earlier request: leave the prompt out.');
    const request =
      resumed === undefined ? generationRequest(onlyArgument(positionals, 'A prompt'), options) : undefined;
    const path = resolve(options.text('output') ?? 'out.mp4');
    const session = await openSession(invocation);
    try {
      const { client } = session;
      const id = resumed ?? (await submitted(client, await request?.body(client, signal), signal)).id;
      output.note(`${id} accepted`);
      output.data({ id, status: 'pending' });
      const generation = await follow(client, id, invocation);
      const made = generation.output;
      if (generation.status !== 'complete' || made === null)
        throw new NotMade(
          `${id} failed: ${generation.error?.message ?? 'no reason was given'} Nothing was charged.`,
        );
      const link = async () => (await client.generations.get(id, { signal })).output?.url ?? made.url;
      await download({ client, link, path, bytes: made.size_bytes, signal });
      for (const note of [...generation.plan.adjustments, ...generation.notes])
        output.note(`  ${note.message}`);
      const { duration: seconds, width, height, size_bytes: bytes } = made;
      const credits = generation.credits.charged ?? 0;
      output.line(
        `${relative('', path)}  ${seconds.toFixed(1)} s, ${width} × ${height}, ${(bytes / 1e6).toFixed(1)} MB, ${credits.toLocaleString('en')} credits, seed ${generation.seed}`,
      );
      output.data({
        id,
        status: generation.status,
        path,
        seconds,
        width,
        height,
        bytes,
        credits,
        seed: generation.seed,
        engine: generation.engine,
      });
    } finally {
      await session.close();
    }
  },
};

type Request = {
  [Endpoint in keyof RequestBodies]: { endpoint: Endpoint; body: RequestBodies[Endpoint] };
}[keyof RequestBodies];

async function submitted(
  client: Client,
  request: Request | undefined,
  signal: AbortSignal,
): Promise<Generation> {
  if (request === undefined) throw new Error('there is neither a request nor an id');
  return client.generations.submit(request.endpoint, request.body, { signal });
}

/** Waits with a bar. Whatever ends the wait early says how to take it up again. */
async function follow(
  client: Client,
  id: string,
  { output, options, signal }: Invocation,
): Promise<Generation> {
  const progress = output.progress();
  const again = `kinora generate --resume ${id} -o ${options.text('output') ?? 'out.mp4'}`;
  try {
    return await client.generations.wait(id, {
      signal,
      onProgress: (event) =>
        progress.show(id, {
          label: basename(options.text('output') ?? 'out.mp4'),
          fraction: event.progress.fraction,
          doing: doingOf(event),
        }),
    });
  } catch (error) {
    if (error instanceof Interrupted) throw new Interrupted(`Stopped. To go on: ${again}`);
    if (error instanceof KinoraError && error.code !== 'not_found') output.note(`To go on: ${again}`);
    throw error;
  } finally {
    progress.close();
  }
}
