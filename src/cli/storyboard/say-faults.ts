import { relative } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';

/** One thing that is wrong with a JSON file, and where: a JSON pointer (RFC 6901). */
export interface PlacedFault {
  pointer: string;
  message: string;
}

/** A line each: the file and its line, the field as one writes it in a program, and the message. */
export function sayFaults(options: { path: string; text: string; faults: readonly PlacedFault[] }): string {
  const { path, text, faults } = options;
  const lineOf = lineFinder(text);
  return faults
    .map(({ pointer, message }) => {
      const parts = partsOf(pointer);
      const field = fieldOf(parts);
      return `  ${relative('', path)}:${lineOf(parts)}  ${field === '' ? '' : `${field}  `}${message}`;
    })
    .join('\n');
}

function partsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** `shots[2].framing` */
const fieldOf = (parts: readonly string[]) =>
  parts.reduce(
    (field, part) => (/^\d+$/.test(part) ? `${field}[${part}]` : field === '' ? part : `${field}.${part}`),
    '',
  );

/** JSON is YAML, and a YAML parser remembers where everything stood. */
function lineFinder(text: string): (parts: readonly string[]) => number {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return (parts) => {
    // What is missing is told at the closest thing that holds it.
    for (let depth = parts.length; depth >= 0; depth--) {
      const node = document.getIn(parts.slice(0, depth), true);
      if (isNode(node) && node.range != null) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
}
