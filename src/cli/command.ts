import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { program } from './again.ts';
import { UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';

export interface Option {
  type: 'string' | 'boolean';
  short?: string;
  multiple?: boolean;
  /** What stands for its value in the help. */
  value?: string;
  help: string;
}

export interface Command {
  name: string;
  summary: string;
  /** The arguments as the usage line shows them, such as `<workflow file>`. */
  usage: string;
  options: Record<string, Option>;
  examples: readonly string[];
  run(invocation: Invocation): Promise<void>;
}

/** What a command is handed. It throws where it does not succeed. */
export interface Invocation {
  positionals: readonly string[];
  options: OptionValues;
  env: Environment;
  output: Output;
  /** Aborts, with an Interrupted as its reason, when the person wants to stop. */
  signal: AbortSignal;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface OptionValues {
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  /** A whole number; anything else is a UsageError. */
  wholeNumber(name: string): number | undefined;
}

export const commonOptions = {
  json: { type: 'boolean', help: 'print one JSON object a line, and nothing else' },
  help: { type: 'boolean', short: 'h', help: 'print this help' },
} as const satisfies Record<string, Option>;

export const serverOptions = {
  url: {
    type: 'string',
    value: 'URL',
    help: 'the Kinora to use (or KINORA_URL); without one, it runs by itself',
  },
  key: { type: 'string', value: 'KEY', help: 'the API key for it (or KINORA_KEY)' },
} as const satisfies Record<string, Option>;

/** Throws a UsageError for anything the command does not know. */
export function parseCommandLine(command: Command, args: readonly string[]) {
  const options = { ...command.options, ...commonOptions };
  const config: ParseArgsOptionsConfig = Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple = false }]: [string, Option]) => [
      name,
      { type, multiple, ...(short === undefined ? {} : { short }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: config, allowPositionals: true });
    return { positionals, options: readValues(values) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(plain(error.message), `${program} ${command.name} --help lists what it takes.`);
  }
}

function readValues(values: Record<string, unknown>): OptionValues {
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    text,
    texts(name) {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
    flag: (name) => values[name] === true,
    wholeNumber(name) {
      const given = text(name);
      if (given === undefined) return undefined;
      if (!/^-?\d{1,15}$/.test(given))
        throw new UsageError(`--${name} must be a whole number, not "${given}".`);
      return Number(given);
    },
  };
}

/** Node explains at length how to pass a positional that begins with a dash; one sentence is enough. */
const plain = (message: string) => `${message.split(/\. (?=To specify)/)[0]?.replace(/\.$/, '') ?? message}.`;

/** The one argument of a command. */
export function onlyArgument(positionals: readonly string[], what: string): string {
  const [first, ...rest] = positionals;
  if (first === undefined) throw new UsageError(`${what} is missing.`);
  if (rest.length > 0)
    throw new UsageError(
      `Only ${what.toLowerCase()} is expected, not also "${rest[0]}".`,
      'Put quotes around a text with spaces.',
    );
  return first;
}
