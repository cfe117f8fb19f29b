import { basename, relative, resolve } from 'node:path';
import type { Client, RequestBodies } from '../../client/index.ts';
import type { Generation } from '../../contract/generation.ts';
import { commandLine } from '../again.ts';
import { type Command, type Invocation, onlyArgument, serverOptions } from '../command.ts';
import { doingOf } from '../doing-of.ts';
import { Interrupted, NotMade, UsageError } from '../exit-codes.ts';
import { generationRequest, readRequest, requestOptions } from '../generation-request.ts';
import { download } from '../run/download.ts';
import { openSession } from '../session.ts';
import { prepareFile } from '../storyboard/prepare-file.ts';
import {
  placedInFile,
  readStoryboard,
  refuseFaults,
  type StoryboardFile,
} from '../storyboard/read-storyboard.ts';

export const command: Command = {
  name: 'generate',
  summary: 'make one video from a prompt, and from images, videos and audio if you like',
  usage: '["prompt"] [options]',
  options: {
    ...requestOptions,
    storyboard: {
      type: 'string',
      value: 'FILE',
      help: 'the storyboard to film as it stands; the prompt may be left out then',
    },
    output: { type: 'string', short: 'o', value: 'FILE', help: 'where the video goes; out.mp4 by default' },
    resume: { type: 'string', value: 'ID', help: 'wait for a generation that was asked for before' },
    ...serverOptions,
  },
  examples: [
    'kinora generate "@Image1 rotates slowly on a clean surface" -i mug.jpg -d 5 -o mug.mp4',
    'kinora generate "A calm opening shot" -i product=mug.jpg -i style=brand.jpg -a music.m4a -r 9:16',
    'kinora generate --storyboard storyboard.json -i mug.jpg -o mug.mp4',
    'kinora generate --resume gen_3v9k0c7m2q5x8z1b4n6p0r2t -o mug.mp4',
  ],
  async run(invocation) {
    const { positionals, options, output, signal } = invocation;
    const resumed = options.text('resume');
    if (resumed !== undefined && positionals.length > 0)
      throw new UsageError('--resume takes up an earlier request: leave the prompt out.');
    if (resumed !== undefined && options.text('storyboard') !== undefined)
      throw new UsageError('--resume takes up an earlier request: leave --storyboard out.');
    const file = options.text('storyboard');
    const board = file === undefined ? undefined : await readStoryboard(file);
    const request = resumed === undefined ? requestOf(invocation, board) : undefined;
    const path = resolve(options.text('output') ?? 'out.mp4');
    await prepareFile(path, { flag: '-o', example: 'out.mp4' });
    const session = await openSession(invocation);
    try {
      const { client } = session;
      const id =
        resumed ?? (await submitted(client, await request?.body(client, signal), { signal, board })).id;
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

/** A given storyboard directs the film by itself, but every request has a prompt. */
function requestOf({ positionals, options }: Invocation, board: StoryboardFile | undefined) {
  if (board === undefined) return generationRequest(onlyArgument(positionals, 'A prompt'), options);
  const prompt = positionals.length === 0 ? 'A given storyboard' : onlyArgument(positionals, 'A prompt');
  refuseFaults(board, readRequest(prompt, options, board.storyboard));
  return generationRequest(prompt, options, board.storyboard);
}

type Request = {
  [Endpoint in keyof RequestBodies]: { endpoint: Endpoint; body: RequestBodies[Endpoint] };
}[keyof RequestBodies];

async function submitted(
  client: Client,
  request: Request | undefined,
  { signal, board }: { signal: AbortSignal; board: StoryboardFile | undefined },
): Promise<Generation> {
  if (request === undefined) throw new Error('there is neither a request nor an id');
  try {
    return await client.generations.submit(request.endpoint, request.body, { signal });
  } catch (error) {
    throw board === undefined ? error : placedInFile(error, board);
  }
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
