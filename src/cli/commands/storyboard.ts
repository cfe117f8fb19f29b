import { relative, resolve } from 'node:path';
import { readConfig } from '../../config.ts';
import type { Rehearsal } from '../../main.ts';
import { commandLine } from '../again.ts';
import { type Command, type Invocation, onlyArgument } from '../command.ts';
import { NotMade, UsageError } from '../exit-codes.ts';
import { type GivenRequest, readRequest, requestOptions } from '../generation-request.ts';
import { prepareFile } from '../storyboard/prepare-file.ts';
import { printStoryboard } from '../storyboard/print-storyboard.ts';
import { writeAtomically } from '../write-atomically.ts';

export const command: Command = {
  name: 'storyboard',
  summary: 'plan a video shot by shot and draw it as a strip, without making it or paying for it',
  usage: '"prompt" [options]',
  options: {
    ...requestOptions,
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'where the storyboard goes; storyboard.json by default',
    },
    strip: { type: 'string', value: 'FILE', help: 'where its picture goes; beside it, as .jpg, by default' },
  },
  examples: [
    'kinora storyboard "@Image1 on wood, orbit right then push in" -i mug.jpg -d 8',
    'kinora generate --storyboard storyboard.json -i mug.jpg -o mug.mp4',
  ],
  async run(invocation) {
    const { positionals, options, output } = invocation;
    const given = readRequest(onlyArgument(positionals, 'A prompt'), options);
    const uploaded = given.references.find(({ place }) => /^file_[0-9a-z]{24}$/.test(place));
    if (uploaded !== undefined)
      throw new UsageError(
        `${uploaded.place} lies with a server, and a storyboard is made without one.`,
        'Give the file itself, or its URL.',
      );
    const path = resolve(options.text('output') ?? 'storyboard.json');
    const stripPath = resolve(options.text('strip') ?? path.replace(/(\.json)?$/i, '.jpg'));
    await prepareFile(path, { flag: '-o', example: 'storyboard.json' });
    await prepareFile(stripPath, { flag: '--strip', example: 'storyboard.jpg' });
    const rehearsal = await rehearse(given, stripPath, invocation);
    if (rehearsal.status === 'failed') throw new NotMade(`No storyboard: ${rehearsal.message}`);
    const { storyboard, notes } = rehearsal;
    await writeAtomically(path, `${JSON.stringify(storyboard, undefined, 2)}\n`);
    for (const line of printStoryboard(storyboard, output.style)) output.line(line);
    output.line();
    for (const { message } of notes) output.line(output.style.faint(message));
    output.line();
    output.line(`${relative('', path)}  ${relative('', stripPath)}`);
    output.note(`To make it as it stands, or edited: ${generateAgain(path, invocation)}`);
    output.data({ storyboard, notes, path, strip_path: stripPath });
  },
};

/** Waits with a bar. */
async function rehearse(
  given: GivenRequest,
  stripPath: string,
  { env, output, signal }: Invocation,
): Promise<Rehearsal> {
  const { openRehearsal } = await import('../../main.ts');
  const progress = output.progress();
  try {
    return await openRehearsal(readConfig(env))(given, {
      stripPath,
      signal,
      onProgress: ({ phase, fraction }) =>
        progress.show('storyboard', { label: 'storyboard', fraction, doing: phase }),
    });
  } finally {
    progress.close();
  }
}

function generateAgain(path: string, { options }: Invocation): string {
  const files = (['image', 'video', 'audio'] as const).flatMap((kind) =>
    options.texts(kind).map((file) => [`-${kind.slice(0, 1)}`, file] as const),
  );
  return commandLine(
    ['generate'],
    [['--storyboard', relative('', path)], ...files, ['--first-frame', options.text('first-frame')]],
  );
}
