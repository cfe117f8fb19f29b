import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { KinoraError } from '../../client/index.ts';
import { storyboardOf, storyboardSchema } from '../../contract/storyboard.ts';
import type { MediaKind } from '../../domain/media-facts.ts';
import type { Storyboard } from '../../domain/storyboard.ts';
import { storyboardFaults } from '../../domain/storyboard-faults.ts';
import { UsageError } from '../exit-codes.ts';
import { type PlacedFault, sayFaults } from './say-faults.ts';

/** A storyboard from a file, and its text: what is wrong with it is told by the lines of that. */
export interface StoryboardFile {
  path: string;
  text: string;
  storyboard: Storyboard;
}

/** Throws a UsageError that names every place in the file that does not make sense. */
export async function readStoryboard(path: string): Promise<StoryboardFile> {
  const text = await readText(path);
  const parsed = storyboardSchema.safeParse(parseJson(path, text));
  if (parsed.success) return { path, text, storyboard: storyboardOf(parsed.data) };
  throw mistaken(
    path,
    text,
    parsed.error.issues.flatMap((issue) => faultsOf(issue, [])),
  );
}

/** Whether its shots, captions and sounds go together, with as many references; the frame's size is the engine's to judge. */
export function refuseFaults(
  { path, text, storyboard }: StoryboardFile,
  request: { durationSeconds: number; generateAudio: boolean; references: readonly { kind: MediaKind }[] },
): void {
  const { durationSeconds, generateAudio, references } = request;
  const { width, height } = storyboard;
  const count = (kind: MediaKind) => references.filter((reference) => reference.kind === kind).length;
  const faults = storyboardFaults(storyboard, {
    durationSeconds,
    width,
    height,
    generateAudio,
    references: { image: count('image'), video: count('video'), audio: count('audio') },
  });
  if (faults.length > 0) throw mistaken(path, text, faults.map(inFile));
}

/** A refusal of the server, with what it says of the storyboard told by the lines of the file. */
export function placedInFile(error: unknown, { path, text }: StoryboardFile): unknown {
  if (!(error instanceof KinoraError)) return error;
  const faults = error.faults.filter(({ pointer }) => pointer.startsWith('/storyboard'));
  if (faults.length === 0) return error;
  const others = error.faults.filter((fault) => !faults.includes(fault));
  const said = sayFaults({ path, text, faults: faults.map(inFile) });
  return new KinoraError(error.code, `The server refuses the storyboard:\n${said}`, {
    hint: error.hint,
    // The message stands for the first of these.
    faults: [...faults.slice(0, 1), ...others],
    cause: error,
  });
}

/** A pointer into a request body, as one into the storyboard that it holds. */
const inFile = ({ pointer, message }: PlacedFault): PlacedFault => ({
  pointer: pointer.replace(/^\/storyboard/, ''),
  message,
});

function mistaken(path: string, text: string, faults: readonly PlacedFault[]): UsageError {
  return new UsageError(
    `The storyboard cannot be filmed:\n${sayFaults({ path, text, faults })}`,
    'docs/storyboard.md explains every field.',
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${code}).`,
      'kinora storyboard writes one.',
    );
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`${path} is not JSON: ${error.message}.`);
  }
}

type Issue = z.core.$ZodIssue;

function faultsOf(issue: Issue, parents: readonly PropertyKey[]): PlacedFault[] {
  const path = [...parents, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: pointerTo([...path, key]),
      message: `The field "${key}" is unknown here.`,
    }));
  return [{ pointer: pointerTo(path), message: sentence(issue) }];
}

const pointerTo = (path: readonly PropertyKey[]) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The schema library's own words, shorter where the field that is named beside them says it already. */
function sentence({ message }: Issue): string {
  const plain = message.replace(/^(Invalid \w+( value)?[:.] |Too \w+: )?expected /i, 'Expected ');
  return plain.endsWith('.') ? plain : `${plain}.`;
}
