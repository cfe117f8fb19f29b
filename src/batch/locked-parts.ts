import type { Lock } from './lock-file.ts';

/** What a workflow names beside URLs, as it is now. */
export interface NamedParts {
  /** `name@3`, and the hash of what that is. */
  template: { label: string; hash: string } | undefined;
  bundle: { label: string; hash: string } | undefined;
  /** Files that all rows share, by the path as written. */
  files: readonly { name: string; sha256: string }[];
}

/**
 * What is other than `kinora.lock` has it, a sentence each: a stored template or bundle that has a newer version, or another
 * content under the same name, and files that were replaced. What the lock does not name was never accepted, and differs
 * from nothing.
 */
export function lockDifferences(lock: Lock, { template, bundle, files }: NamedParts): string[] {
  return [
    ...storedDifference('template', lock.templates, template),
    ...storedDifference('bundle', lock.bundles, bundle),
    ...files.flatMap(({ name, sha256 }) => {
      const accepted = lock.files.get(name);
      return accepted === undefined || accepted.sha256 === sha256 ? [] : [`${name}: other content`];
    }),
  ];
}

function storedDifference(
  kind: string,
  accepted: ReadonlyMap<string, string>,
  found: { label: string; hash: string } | undefined,
): string[] {
  if (found === undefined) return [];
  const hash = accepted.get(found.label);
  if (hash !== undefined) return hash === found.hash ? [] : [`${kind} ${found.label}: other content`];
  const nameOf = (label: string) => label.slice(0, label.lastIndexOf('@'));
  const other = [...accepted.keys()].find((label) => nameOf(label) === nameOf(found.label));
  return other === undefined ? [] : [`${kind} ${found.label}: ${other} was accepted`];
}
