import type { z } from '@hono/zod-openapi';
import { AppError, type ErrorCode, type Fault } from '../domain/errors.ts';

type Issue = z.core.$ZodIssue;

/** The codes of fields that have one of their own; the rest are `invalid_request`. */
const codeOfField: Record<string, ErrorCode> = {
  prompt: 'invalid_prompt',
  duration: 'invalid_duration',
  aspect_ratio: 'invalid_aspect_ratio',
};

/** Called by every route with what its schemas found; throws one AppError that names all faults. */
export function refuseInvalid(result: { success: boolean; error?: z.core.$ZodError; target: string }): void {
  if (result.success || result.error === undefined) return;
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue, [], result.target));
  throw invalid(faults);
}

/** One AppError of all faults: it carries their common code, or `invalid_request`. */
export function invalid(faults: readonly Fault[]): AppError {
  const codes = new Set(faults.map(({ code }) => code));
  const [only] = codes;
  const code = codes.size === 1 && only !== undefined ? only : 'invalid_request';
  return new AppError(code, faults.map(({ message }) => message).join(' '), { faults });
}

function faultsOf(issue: Issue, parents: PropertyKey[], target: string): Fault[] {
  const path = [...parents, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: pointerTo([...path, key]),
      code: 'invalid_request',
      message: `The field "${key}" is unknown here.`,
    }));
  if (issue.code === 'invalid_union' && issue.errors.length > 0)
    return closestBranch(issue).flatMap((inner) => faultsOf(inner, path, target));
  const where = target === 'json' ? '' : `${target} `;
  const named = String(path.at(-1) ?? 'body');
  const message = /^Invalid|^Too /.test(issue.message)
    ? `${where}${named}: ${issue.message}.`
    : issue.message;
  return [{ pointer: pointerTo(path), code: codeOf(issue, path), message }];
}

/** Of a union's branches the one that failed deepest, or least: the one the caller most likely meant. */
function closestBranch(issue: Extract<Issue, { code: 'invalid_union' }>): Issue[] {
  const branches = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length);
  return branches[0] ?? [];
}

const depth = (issues: readonly Issue[]) =>
  Math.max(0, ...issues.map(({ path, code }) => path.length + (code === 'invalid_type' ? 0 : 1)));

function codeOf(issue: Issue, path: PropertyKey[]): ErrorCode {
  const field = String(path[0] ?? '');
  if (issue.code === 'too_big' && path.length === 1 && field.startsWith('reference_'))
    return 'too_many_references';
  return codeOfField[field] ?? 'invalid_request';
}

/** RFC 6901. */
function pointerTo(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
