import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import type { Client, RequestBodies } from '../../client/index.ts';
import type { Generation } from '../../contract/generation.ts';
import { commandLine } from '../again.ts';
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
    await prepare(path);
    const session = await openSession(invocation);
    try {
      const { client } = session;
      const id = resumed ?? (await submitted(client, await request?.body(client, signal), signal)).id;
      output.note(`${id} accepted`);
      output.data({ id, status: 'pending' });
      const { generation, made } = await resumable(id, invocation, async () => {
        const ended = await follow(client, id, invocation);
        if (ended.status !== 'complete' || ended.output === null) return { generation: ended, made: null };
        const { url, size_bytes: bytes } = ended.output;
        const link = async () => (await client.generations.get(id, { signal })).output?.url ?? url;
        await download({ client, link, path, bytes, signal });
        return { generation: ended, made: ended.output };
      });
      if (made === null)
        throw new NotMade(
          `${id} failed: ${generation.error?.message ?? 'no reason was given'} Nothing was charged.`,
        );
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

/** So that a video that was paid for has a place to go. */
async function prepare(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`The folder ${dirname(path)} cannot be made (${code}).`, 'Choose another with -o.');
  }
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory())
    throw new UsageError(`${path} is a folder.`, 'Name the file for the video: -o out.mp4.');
}

/** Whatever ends the work early says how to take it up again: the generation is there. */
async function resumable<T>(id: string, { output, options }: Invocation, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const again = commandLine(
      ['generate', '--resume', id],
      [
        ['-o', options.text('output') ?? 'out.mp4'],
        ['--url', options.text('url')],
      ],
    );
    if (error instanceof Interrupted) throw new Interrupted(`Stopped. To go on: ${again}`);
    output.note(`To go on: ${again}`);
    throw error;
  }
}

/** Waits with a bar. */
async function follow(
  client: Client,
  id: string,
  { output, options, signal }: Invocation,
): Promise<Generation> {
  const progress = output.progress();
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
  } finally {
    progress.close();
  }
}
