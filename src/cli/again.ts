import { basename, dirname } from 'node:path';

const runsFromSource = basename(dirname(import.meta.dirname)) === 'src';

/** How a person starts this program: a checkout has no `kinora` on the path. */
export const program = runsFromSource ? 'npm run kinora --' : 'kinora';

/** A command line that a shell takes as it is meant. Options are pairs; those without a value are left out. */
export function commandLine(
  words: readonly string[],
  options: readonly (readonly [flag: string, value: string | number | undefined])[],
  start = program,
): string {
  const given = options.flatMap(([flag, value]) => {
    if (value === undefined) return [];
    const text = String(value);
    // A value that begins with a dash would be taken for a flag.
    if (text.startsWith('-')) return [flag.startsWith('--') ? `${flag}=${text}` : `${flag}${text}`];
    return [flag, text];
  });
  return [start, ...[...words, ...given].map(shellWord)].join(' ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
