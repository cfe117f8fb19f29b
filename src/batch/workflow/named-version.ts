import { z } from 'zod';
import { resourceNamePattern } from '../../domain/template-field.ts';
import { text } from '../spec-fields.ts';

/** Something on the server, in one of its versions; without one, the newest at the time of the plan. */
export interface NamedVersion {
  name: string;
  version?: number;
}

const pattern = new RegExp(
  `^(?<name>${resourceNamePattern.source.slice(1, -1)})(?:@(?<version>[1-9]\\d{0,5}))?$`,
);

/** `name@3`, `name`, or `{ file: … }` beside the workflow. */
export const versionOrFile = (field: 'template' | 'bundle', example: string) =>
  z.union(
    [
      z
        .string()
        .regex(pattern)
        .transform((given): NamedVersion => {
          const { name = '', version } = pattern.exec(given)?.groups ?? {};
          return { name, ...(version === undefined ? {} : { version: Number(version) }) };
        }),
      z.strictObject({ file: text('file').describe('Relative to this file.') }),
    ],
    { error: `${field} must be a name with a version, as in ${field}@3, or { file: ${example} }.` },
  );
