import { z } from 'zod';
import { AppError } from '../domain/errors.ts';

/** What was found behind a URL when it was accepted. */
export interface LockedUrl {
  sha256: string;
  bytes: number;
  /** When it was read, ISO 8601. */
  at: string;
  etag?: string | undefined;
  last_modified?: string | undefined;
}

/** What a workflow named when it was last accepted; kept beside it as `kinora.lock`, and meant to be committed. */
export interface Lock {
  urls: Map<string, LockedUrl>;
  /** Files that the workflow itself names, by the path as written. */
  files: Map<string, { sha256: string; bytes: number }>;
  /** `name@3` and the hash of what that was. */
  templates: Map<string, string>;
  bundles: Map<string, string>;
}

export const lockName = 'kinora.lock';

export const emptyLock = (): Lock => ({
  urls: new Map(),
  files: new Map(),
  templates: new Map(),
  bundles: new Map(),
});

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.int().min(0);

const lockSchema = z.strictObject({
  kinora_lock: z.literal(1),
  urls: z.record(
    z.string(),
    z.strictObject({
      sha256,
      bytes,
      at: z.iso.datetime(),
      etag: z.string().optional(),
      last_modified: z.string().optional(),
    }),
  ),
  files: z.record(z.string(), z.strictObject({ sha256, bytes })),
  templates: z.record(z.string(), sha256),
  bundles: z.record(z.string(), sha256),
});

/** Throws an AppError that names the file and what is wrong with it. */
export function readLock(text: string, file: string): Lock {
  const parsed = lockSchema.safeParse(parseJson(text, file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw broken(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { urls, files, templates, bundles } = parsed.data;
  const mapOf = <T>(record: Record<string, T>) => new Map(Object.entries(record));
  return { urls: mapOf(urls), files: mapOf(files), templates: mapOf(templates), bundles: mapOf(bundles) };
}

/** JSON with an entry a line, sorted: what changed is what a diff shows, and two branches seldom touch the same line. */
export function writeLock({ urls, files, templates, bundles }: Lock): string {
  const groups = Object.entries({ urls, files, templates, bundles }).map(([name, entries]) => {
    const lines = [...entries]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
    return `  "${name}": {${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}}`;
  });
  return `{\n  "kinora_lock": 1,\n${groups.join(',\n')}\n}\n`;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw broken(file, cause instanceof Error ? cause.message : String(cause));
  }
}

const broken = (file: string, why: string) =>
  new AppError('invalid_request', `${file} cannot be read: ${why}`, {
    hint: 'Take it from version control again; or delete it, and what its URLs hold now is accepted anew.',
  });
