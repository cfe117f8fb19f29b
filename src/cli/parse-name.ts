import { resourceNamePattern } from '../domain/template-field.ts';
import { UsageError } from './exit-codes.ts';

/** `name` or `name@3`. */
export function parseName(text: string): { name: string; version?: number } {
  const [, name = '', version] = /^(.*?)(?:@([1-9]\d{0,5}))?$/.exec(text) ?? [];
  if (!resourceNamePattern.test(name))
    throw new UsageError(`"${text}" is not a name.`, 'Write it as spring, or spring@3 for one version.');
  return version === undefined ? { name } : { name, version: Number(version) };
}
