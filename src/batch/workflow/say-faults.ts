import type { z } from 'zod';
import { closestOf } from './closest.ts';
import type { YamlText } from './read-yaml.ts';

/** A line for each fault: its line in the file, the field, and what to do about it. */
export function sayFaults(error: z.ZodError, { lineOf }: YamlText, names: FieldNames): string[] {
  return error.issues
    .flatMap((issue) => plainIssues(issue, []))
    .flatMap(({ issue, path }) => faultsOf(issue, path, names))
    .map(({ at, field, message }) => {
      const named = field.map(String).join('.');
      return `line ${lineOf(at)}: ${named === '' ? '' : `${named}: `}${message}`;
    });
}

/** Which fields may stand at a place; for guesses at misspelt ones. */
export type FieldNames = (path: readonly PropertyKey[]) => readonly string[];

type Issue = z.core.$ZodIssue;

interface PlainIssue {
  issue: Issue;
  path: PropertyKey[];
}

/** Of a choice between shapes, the faults of the one that comes closest; of the choice itself where none does. */
function plainIssues(issue: Issue, above: readonly PropertyKey[]): PlainIssue[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => ({ issue: { ...inner, path: [] }, path }));
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const branches = issue.errors.filter((errors) => !errors.some(isOtherShape));
  const [closest] = branches.toSorted((a, b) => a.length - b.length);
  if (closest === undefined) return [{ issue, path }];
  return closest.flatMap((inner) => plainIssues(inner, path));
}

const isOtherShape = (issue: Issue) =>
  issue.path.length === 0 && issue.code !== 'unrecognized_keys' && issue.code !== 'custom';

function faultsOf(
  issue: Issue,
  path: PropertyKey[],
  names: FieldNames,
): { at: PropertyKey[]; field: PropertyKey[]; message: string }[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const meant = closestOf(key, names(path));
      const guess = meant === undefined ? '.' : `; do you mean "${meant}"?`;
      return { at: [...path, key], field: path, message: `there is no field "${key}"${guess}` };
    });
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  const message = missing ? `is missing. ${issue.message}` : issue.message;
  return [{ at: path, field: path, message }];
}
