/** One record of a CSV, by the line it begins at; or why it is none. */
export type CsvRecord = { line: number; cells: string[] } | { line: number; fault: string };

interface Position {
  /** Index of the sign after what was read. */
  end: number;
}

type Scanned =
  | ({ as: 'cells'; cells: string[] } & Position)
  | { as: 'broken'; fault: string }
  /** It cannot be known before more text is there. */
  | { as: 'open' };

/**
 * The records of RFC 4180 text, whatever its line ends; empty lines are passed over. A record with a broken quote is
 * lost alone: reading goes on at the line after the one where it begins, so that a quote that is never closed takes
 * no other records along.
 */
export async function* csvRecords(
  text: AsyncIterable<string>,
  { delimiter, longestRecord }: { delimiter: string; longestRecord: number },
): AsyncGenerator<CsvRecord, void, undefined> {
  let buffer = '';
  let line = 1;
  let skipping = false;

  function* drain(isLast: boolean): Generator<CsvRecord, void, undefined> {
    let at = 0;
    const lineEnds = nextOfEither(buffer, '\n', '\r');
    const nextQuote = nextOf(buffer, '"');
    while (at < buffer.length) {
      const lineEnd = lineEnds(at);
      // A line break at the very end may be half of one.
      const isWhole = lineEnd !== -1 && (isLast || lineEnd + 1 < buffer.length);
      if (!isWhole && !isLast && (skipping || buffer.length - at <= longestRecord)) {
        if (skipping && lineEnd === -1) at = buffer.length;
        break;
      }
      const end = lineEnd === -1 ? buffer.length : lineEnd;
      const after = lineEnd === -1 ? buffer.length : afterLineEnd(buffer, lineEnd);
      if (skipping) {
        skipping = false;
        line += 1;
        at = after;
        continue;
      }
      if (!isWhole && !isLast) {
        yield { line, fault: tooLong(longestRecord) };
        skipping = true;
        at = buffer.length;
        break;
      }
      const quote = nextQuote(at);
      if (quote === -1 || quote >= end) {
        if (end > at) yield { line, cells: buffer.slice(at, end).split(delimiter) };
        line += 1;
        at = after;
        continue;
      }
      const scanned = scanQuoted(buffer, { at, delimiter, isLast });
      if (scanned.as === 'open' && !isLast && buffer.length - at <= longestRecord) break;
      if (scanned.as === 'cells') {
        yield { line, cells: scanned.cells };
        line += linesIn(buffer, at, scanned.end);
        at = scanned.end;
        continue;
      }
      yield { line, fault: scanned.as === 'broken' ? scanned.fault : neverClosed };
      line += 1;
      at = after;
    }
    buffer = buffer.slice(at);
  }

  for await (const chunk of text) {
    buffer += chunk;
    yield* drain(false);
  }
  yield* drain(true);
}

const neverClosed =
  'a quote opens a cell and none closes it. Put a quote at its end, and double the quotes inside.';
const tooLong = (most: number) => `the record has more than ${most.toLocaleString('en')} characters.`;

/** A record with quotes in its first line. */
function scanQuoted(
  text: string,
  { at, delimiter, isLast }: { at: number; delimiter: string; isLast: boolean },
): Scanned {
  const cells: string[] = [];
  let position = at;
  for (;;) {
    const cell =
      text[position] === '"' ? quotedCell(text, position, isLast) : bareCell(text, position, delimiter);
    if (cell.as !== 'cell') return cell;
    cells.push(cell.value);
    const sign = text[cell.end];
    if (sign === delimiter) {
      position = cell.end + 1;
      continue;
    }
    if (sign === undefined) return isLast ? { as: 'cells', cells, end: cell.end } : { as: 'open' };
    if (sign === '\n' || sign === '\r') {
      if (sign === '\r' && cell.end + 1 === text.length && !isLast) return { as: 'open' };
      return { as: 'cells', cells, end: afterLineEnd(text, cell.end) };
    }
    return {
      as: 'broken',
      fault: `a quote closes a cell and ${excerpt(text, cell.end)} follows. Double the quotes inside a cell.`,
    };
  }
}

type Cell = ({ as: 'cell'; value: string } & Position) | Exclude<Scanned, { as: 'cells' }>;

function quotedCell(text: string, open: number, isLast: boolean): Cell {
  let from = open + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1 || (quote + 1 === text.length && !isLast)) return { as: 'open' };
    if (text[quote + 1] !== '"') {
      const inside = text.slice(open + 1, quote);
      return { as: 'cell', value: from === open + 1 ? inside : inside.replaceAll('""', '"'), end: quote + 1 };
    }
    from = quote + 2;
  }
}

function bareCell(text: string, at: number, delimiter: string): Cell {
  let end = at;
  for (; end < text.length; end += 1) {
    const sign = text[end];
    if (sign === delimiter || sign === '\n' || sign === '\r') break;
    if (sign === '"')
      return {
        as: 'broken',
        fault: `a quote stands inside the cell ${excerpt(text, at)}. Put the whole cell in quotes and double those inside.`,
      };
  }
  return { as: 'cell', value: text.slice(at, end), end };
}

/** What stands there, to the end of the line at most. */
const excerpt = (text: string, at: number) => JSON.stringify(text.slice(at, at + 20).split(/[\r\n]/)[0]);

const afterLineEnd = (text: string, end: number) =>
  text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1;

function linesIn(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at += 1)
    if (text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n')) lines += 1;
  return lines;
}

/** Index of the next `sign` from a place on, where places only grow: each part of the text is searched once. */
function nextOf(text: string, sign: string): (from: number) => number {
  let found = text.indexOf(sign);
  return (from) => {
    if (found !== -1 && found < from) found = text.indexOf(sign, from);
    return found;
  };
}

function nextOfEither(text: string, one: string, other: string): (from: number) => number {
  const first = nextOf(text, one);
  const second = nextOf(text, other);
  return (from) => {
    const [a, b] = [first(from), second(from)];
    return a === -1 || b === -1 ? Math.max(a, b) : Math.min(a, b);
  };
}
