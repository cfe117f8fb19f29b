import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { parsedJson } from '../parsed-json.ts';
import { type BookLine, bookLineSchema } from './book-line.ts';

export interface BookFile {
  /** What stood in it when it was opened, oldest first. */
  lines: BookLine[];
  /** Returns once the system has the whole line: from then on the end of this process loses nothing. */
  append(line: BookLine): void;
  close(): void;
}

/** Opens or begins a book of JSON lines. Throws, and names the line, if it holds one that is none of ours. */
export function openBookFile(path: string): BookFile {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a+');
  const text = readFileSync(path, 'utf8');
  // A process that is killed while it writes leaves half a line, of which nobody has been told.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) ftruncateSync(file, Buffer.byteLength(whole));
  const lines = whole.split('\n').slice(0, -1).map(readLine(path));
  return {
    lines,
    append(line) {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      const size = fstatSync(file).size;
      if (writeSync(file, bytes) === bytes.length) return;
      ftruncateSync(file, size);
      throw new Error(`The book ${path} took only a part of a line; is the disk full?`);
    },
    close: () => closeSync(file),
  };
}

const readLine = (path: string) => (text: string, index: number) => {
  const parsed = bookLineSchema.safeParse(parsedJson(text));
  if (!parsed.success)
    throw new Error(`Line ${index + 1} of the book ${path} cannot be read: ${parsed.error.message}`);
  return parsed.data;
};
