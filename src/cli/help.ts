import { type Command, commonOptions, type Option } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import type { Style } from './style.ts';

export function overview(
  commands: Readonly<Record<string, { summary: string }>>,
  { strong, faint }: Style,
): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const list = Object.entries(commands).map(
    ([name, { summary }]) => `  ${strong(name.padEnd(width))}  ${summary}`,
  );
  return [
    `${strong('kinora')} makes videos from prompts and references, on your own machine.`,
    '',
    'usage: kinora <command> [options]',
    '',
    ...list,
    '',
    `kinora <command> --help explains each. --json prints JSON lines for programs.`,
    '',
    'environment',
    ...environment.map(([name, help]) => `  ${name.padEnd(19)}  ${faint(help)}`),
    '',
    'exit codes',
    ...exitCodeLines(),
  ].join('\n');
}

const environment = [
  ['KINORA_HOME', 'where data is kept; .kinora in the current folder by default'],
  ['KINORA_URL', 'the Kinora to use; without one, commands run by themselves'],
  ['KINORA_KEY', 'the API key for it'],
  ['KINORA_OPERATOR_KEY', 'the operator key, for accounts, keys and credits'],
  ['NO_COLOR', 'no colours'],
] as const;

export function helpOf(command: Command, { strong, faint }: Style): string {
  const options = Object.entries<Option>({ ...command.options, ...commonOptions }).map(
    ([name, option]) => [flagsOf(name, option), option.help] as const,
  );
  const width = Math.max(...options.map(([flags]) => flags.length));
  return [
    `${strong(`kinora ${command.name}`)}: ${command.summary}`,
    '',
    `usage: kinora ${command.name} ${command.usage}`.trimEnd(),
    '',
    ...options.map(([flags, help]) => `  ${flags.padEnd(width)}  ${help}`),
    '',
    'examples',
    ...command.examples.map((example) => `  ${faint('$')} ${example}`),
  ].join('\n');
}

function flagsOf(name: string, { short, value, multiple }: Option): string {
  const flags = `${short === undefined ? '    ' : `-${short}, `}--${name}`;
  return `${flags}${value === undefined ? '' : ` ${value}`}${multiple === true ? ' …' : ''}`;
}

function exitCodeLines(): string[] {
  return Object.values(exitCodes).map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`);
}
