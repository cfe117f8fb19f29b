import { AppError } from '../../domain/errors.ts';

/**
 * The statement of a sink, judged by its words alone: one UPDATE with a WHERE, or one INSERT with ON CONFLICT, so that
 * writing twice leaves the same as writing once, whose parameters are all there. Throws an AppError otherwise.
 */
export function checkUpdate(statement: string, parameters: number): void {
  const words = withoutTexts(statement);
  const refuse = (message: string, hint: string) => {
    throw new AppError('invalid_request', `update: ${message}`, { hint });
  };
  const body = words.trim().replace(/;\s*$/, '');
  if (body.includes(';')) refuse('it is more than one statement.', 'Give one; a trigger may do the rest.');
  const [verb = ''] = /^[a-z]+/i.exec(body) ?? [];
  switch (verb.toLowerCase()) {
    case 'update':
      if (!/\bwhere\b/i.test(outermost(body)))
        refuse(
          'it has no WHERE, and would write the same into every row.',
          'End it in where sku = $2, or your key.',
        );
      break;
    case 'insert':
      if (!/\bon\s+conflict\b/i.test(body))
        refuse(
          'it has no ON CONFLICT, and would insert again in the next run.',
          'End it in on conflict (sku) do update set ….',
        );
      break;
    default:
      refuse(`it begins with "${verb}".`, 'Write UPDATE … WHERE …, or INSERT … ON CONFLICT ….');
  }
  const named = new Set([...body.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  for (let number = 1; number <= parameters; number += 1)
    if (!named.has(number))
      refuse(
        `values names ${parameters}, and $${number} is not in the statement.`,
        'Each of values is one of $1, $2, ….',
      );
  const beyond = [...named].find((number) => number === 0 || number > parameters);
  if (beyond !== undefined)
    refuse(
      `it has $${beyond}, and values names ${parameters}.`,
      'values says, in order, what $1, $2, … stand for.',
    );
}

/** Texts, quoted names and comments taken out, for nothing in them is a word of SQL. */
const withoutTexts = (statement: string) =>
  statement.replaceAll(
    /[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/g,
    ' "" ',
  );

/** What stands in no brackets: the WHERE of a subquery is not that of the statement. */
function outermost(text: string): string {
  let depth = 0;
  let found = '';
  for (const sign of text) {
    if (sign === ')') depth -= 1;
    if (depth <= 0) found += sign;
    if (sign === '(') depth += 1;
  }
  return found;
}
