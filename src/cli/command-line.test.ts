import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KinoraError } from '../client/index.ts';
import { AppError } from '../domain/errors.ts';
import { type Command, onlyArgument, parseCommandLine } from './command.ts';
import { exitCodeOf, Interrupted, NotMade, UsageError } from './exit-codes.ts';
import { generationRequest } from './generation-request.ts';
import { helpOf, overview } from './help.ts';
import { createOutput } from './output.ts';
import { createStyle } from './style.ts';
import { table } from './table.ts';
import { fitTo, oneLine, widthOf } from './text-width.ts';

const plain = createStyle(false);

const command: Command = {
  name: 'paint',
  summary: 'paint a picture',
  usage: '<wall>',
  options: {
    colour: { type: 'string', short: 'c', multiple: true, value: 'NAME', help: 'a colour' },
    coats: { type: 'string', value: 'N', help: 'how many' },
    wet: { type: 'boolean', help: 'leave it wet' },
  },
  examples: ['kinora paint wall'],
  async run() {},
};

describe('a command line', () => {
  it('has options, short and long, and arguments in any order', () => {
    const { options, positionals } = parseCommandLine(command, [
      '-c',
      'red',
      'wall',
      '--colour=blue',
      '--coats',
      '2',
      '--json',
    ]);
    assert.deepEqual(positionals, ['wall']);
    assert.deepEqual(options.texts('colour'), ['red', 'blue']);
    assert.equal(options.wholeNumber('coats'), 2);
    assert.deepEqual(
      [options.flag('json'), options.flag('wet'), options.text('url')],
      [true, false, undefined],
    );
  });

  for (const [what, args, why] of [
    ['an unknown option', ['--colr', 'red'], /Unknown option '--colr'\./],
    ['an option without its value', ['--coats'], /--coats/],
    ['a flag with a value', ['--wet=yes'], /--wet/],
  ] as const)
    it(`is refused for ${what}`, () =>
      assert.throws(
        () => parseCommandLine(command, args),
        (error) => {
          assert.ok(error instanceof UsageError);
          assert.match(error.message, why);
          assert.match(error.hint ?? '', /kinora -- paint --help/);
          return true;
        },
      ));

  it('is refused for a number that is none', () => {
    const { options } = parseCommandLine(command, ['--coats', '2.5']);
    assert.throws(() => options.wholeNumber('coats'), {
      message: '--coats must be a whole number, not "2.5".',
    });
  });

  it('wants one argument where one is meant', () => {
    assert.equal(onlyArgument(['wall'], 'A wall'), 'wall');
    assert.throws(() => onlyArgument([], 'A wall'), { message: 'A wall is missing.' });
    assert.throws(() => onlyArgument(['a', 'wall'], 'A wall'), {
      message: 'Only a wall is expected, not also "wall".',
    });
  });
});

describe('the help', () => {
  it('of a command lists everything it takes', () => {
    const help = helpOf(command, plain);
    for (const part of [
      'usage: kinora paint <wall>',
      '-c, --colour NAME …',
      '--coats N',
      '--json',
      '$ kinora paint wall',
    ])
      assert.ok(help.includes(part), part);
  });

  it('lists commands and exit codes', () => {
    const help = overview({ paint: { summary: 'paint a picture' } }, plain);
    assert.match(help, /paint {2}paint a picture/);
    for (const code of [0, 1, 2, 3, 4, 5, 130]) assert.match(help, new RegExp(`^ +${code}  \\w`, 'm'));
  });
});

describe('the exit code', () => {
  for (const [code, error] of [
    [1, new NotMade('one row failed')],
    [1, new Error('unexpected')],
    [2, new UsageError('no')],
    [2, new AppError('invalid_request', 'the workflow is wrong')],
    [3, new AppError('unavailable', 'the database is in use')],
    [3, new KinoraError('unreachable', 'no answer')],
    [3, new KinoraError('unexpected_answer', 'not a Kinora')],
    [4, new KinoraError('invalid_prompt', 'refused', { status: 422 })],
    [4, new KinoraError('unauthenticated', 'who?', { status: 401 })],
    [5, new KinoraError('insufficient_credits', 'poor', { status: 402 })],
    [130, new Interrupted('stopped')],
  ] as const)
    it(`of "${error.message}" is ${code}`, () => assert.equal(exitCodeOf(error), code));
});

describe('the output', () => {
  const sinks = (json: boolean, isTTY = false) => {
    const written = { out: '', err: '' };
    const sink = (name: 'out' | 'err') => ({
      write: (text: string) => (written[name] += text),
      isTTY,
      columns: 60,
    });
    return {
      output: createOutput({ json, stdout: sink('out'), stderr: sink('err'), noColours: true }),
      written,
    };
  };
  const say = ({ output }: ReturnType<typeof sinks>) => {
    const progress = output.progress();
    output.note('by the way');
    output.line('a result');
    output.data({ result: 'a\nb' });
    progress.show('A', { label: 'Mug', fraction: 0.5, doing: 'render' });
    progress.end('A', 'Mug done');
    output.problem('it broke');
    progress.close();
  };

  it('is objects on standard output and only problems on standard error, with --json', () => {
    const both = sinks(true);
    say(both);
    assert.equal(both.written.out, '{"result":"a\\nb"}\n');
    assert.equal(both.written.err, 'kinora: it broke\n');
  });

  it('is lines for a person otherwise, without signs for a terminal where there is none', () => {
    const both = sinks(false);
    say(both);
    assert.equal(both.written.out, 'a result\n');
    assert.equal(both.written.err, 'by the way\nMug: render\nMug done\nkinora: it broke\n');
  });

  it('of a server cannot move the cursor', () => {
    const both = sinks(false);
    both.output.problem('\u001b[2Jboo');
    assert.equal(both.written.err, 'kinora: boo\n');
  });

  it('takes its bars away on a terminal', async () => {
    const both = sinks(false, true);
    const progress = both.output.progress();
    progress.show('A', { label: 'Mug', fraction: 0.5, doing: 'render' });
    progress.show('B', { label: 'A very long name of a product indeed, truly', fraction: 1, doing: 'sound' });
    progress.aside(() => {});
    const [first, second] = both.written.err.split('\n');
    assert.match(first ?? '', /^ {2}Mug +━+─+ {2}50%/);
    assert.match(second ?? '', /^ {2}A very long .*… {2}━+ 100%/);
    for (const line of [first, second])
      assert.ok(widthOf(line ?? '') < 60, 'a line that wraps could not be erased');
    progress.close();
    assert.ok(both.written.err.endsWith('\u001b[2A\u001b[0J'));
  });
});

describe('a table', () => {
  it('is aligned by the width of its letters', () => {
    const lines = table(
      [
        { name: 'Stål 🍞', count: 7 },
        { name: 'mug', count: 1_000 },
      ],
      [
        { head: 'NAME', cell: ({ name }) => name },
        { head: 'N', align: 'right', cell: ({ count }) => String(count) },
      ],
      plain,
    );
    assert.deepEqual(lines, ['NAME         N', 'Stål 🍞      7', 'mug       1000']);
  });

  it('has texts cut where they do not fit, and never two lines', () => {
    assert.equal(fitTo('Fjell mug', 6), 'Fjell…');
    assert.equal(fitTo('日本語', 4), '日… ');
    assert.equal(fitTo('mug', 5), 'mug  ');
    assert.equal(oneLine(' a\n\u001b[31mb\u0007 '), 'a b');
  });
});

describe('the request of generate', () => {
  const request = (args: string[]) =>
    generationRequest('a mug', parseCommandLine(generateOptions, args).options);
  const generateOptions: Command = {
    ...command,
    options: {
      image: { type: 'string', short: 'i', multiple: true, help: '' },
      video: { type: 'string', short: 'v', multiple: true, help: '' },
      audio: { type: 'string', short: 'a', multiple: true, help: '' },
      'first-frame': { type: 'string', help: '' },
      duration: { type: 'string', help: '' },
      ratio: { type: 'string', help: '' },
      seed: { type: 'string', help: '' },
      silent: { type: 'boolean', help: '' },
    },
  };
  const body = (args: string[]) => request(args).body(undefined as never, new AbortController().signal);

  it('is text-to-video without references', async () => {
    assert.deepEqual(await body(['--seed', '0', '--silent']), {
      endpoint: 'text-to-video',
      body: { prompt: 'a mug', duration: 5, aspect_ratio: '16:9', seed: 0, generate_audio: false },
    });
  });

  it('is reference-to-video with them, their roles before an equals sign', async () => {
    const file = `file_${'0'.repeat(24)}`;
    const { endpoint, body: made } = await body([
      '-i',
      `style=${file}`,
      '-i',
      'https://x.example/a=b.jpg',
      '-a',
      file,
      '--ratio',
      '9:16',
    ]);
    assert.equal(endpoint, 'reference-to-video');
    assert.deepEqual(made, {
      prompt: 'a mug',
      duration: 5,
      aspect_ratio: '9:16',
      reference_images: [{ file_id: file, role: 'style' }, { url: 'https://x.example/a=b.jpg' }],
      reference_audio: [{ file_id: file }],
    });
  });

  it('is image-to-video with a first frame, which stands alone', async () => {
    const { endpoint } = await body(['--first-frame', 'https://x.example/a.jpg']);
    assert.equal(endpoint, 'image-to-video');
    assert.throws(() => request(['--first-frame', 'a.jpg', '-i', 'b.jpg']), UsageError);
  });

  it('is refused for a ratio that does not exist', () => {
    assert.throws(() => request(['--ratio', '4:3']), {
      message: '--ratio must be one of 16:9, 9:16, 1:1, not "4:3".',
    });
  });

  it('names a file that is missing', async () => {
    await assert.rejects(body(['-i', '/nowhere/a.jpg']), { message: 'There is no file /nowhere/a.jpg.' });
  });
});
