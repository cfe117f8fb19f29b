import { stripVTControlCharacters } from 'node:util';
import { createProgress, type Progress } from './progress.ts';
import type { Sink } from './sink.ts';
import { createStyle, type Style } from './style.ts';

/**
 * Where a command says things. Results go to standard output, everything else to standard error; with `--json`,
 * standard output has one JSON object a line and standard error only what went wrong.
 */
export interface Output {
  json: boolean;
  /** Whether bars are drawn: somebody looks on. */
  isLive: boolean;
  /** The columns of the terminal that standard output is; undefined where it is none, and lines may be long. */
  width: number | undefined;
  /** For lines that go to standard output. */
  style: Style;
  /** For lines that go to standard error. */
  errorStyle: Style;
  /** A line of the result, for a person. */
  line(text?: string): void;
  /** An object of the result, for a program. */
  data(object: object): void;
  /** Something to know meanwhile, for a person. */
  note(text: string): void;
  /** Something that went wrong, for everybody. */
  problem(text: string): void;
  progress(): Progress;
}

export function createOutput(options: {
  json: boolean;
  stdout: Sink;
  stderr: Sink;
  noColours: boolean;
}): Output {
  const { json, stdout, stderr, noColours } = options;
  const hasColours = (sink: Sink) => sink.isTTY === true && !noColours;
  const errorStyle = createStyle(hasColours(stderr));
  let progress: Progress | undefined;
  const say = (text: string) => {
    const write = () => stderr.write(`${text}\n`);
    if (progress === undefined) write();
    else progress.aside(write);
  };
  return {
    json,
    width: stdout.isTTY === true ? stdout.columns : undefined,
    isLive: !json && stderr.isTTY === true,
    style: createStyle(hasColours(stdout)),
    errorStyle,
    line(text = '') {
      if (json) return;
      const write = () => stdout.write(`${text}\n`);
      if (progress === undefined) write();
      else progress.aside(write);
    },
    data(object) {
      if (json) stdout.write(`${JSON.stringify(object)}\n`);
    },
    note(text) {
      if (!json) say(text);
    },
    problem: (text) => say(`${errorStyle.bad('kinora:')} ${stripVTControlCharacters(text)}`),
    progress() {
      progress = createProgress({ stderr, style: errorStyle, quiet: json });
      return progress;
    },
  };
}
