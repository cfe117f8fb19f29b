import { AppError } from '../../domain/errors.ts';

/** Fields of `/v1`, each with what a face calls it. */
export type FieldNames = Readonly<Record<string, string>>;

/** The same error with every field called as the caller called it, in pointers and in words. */
export function inOtherWords(error: AppError, names: FieldNames): AppError {
  const say = (text: string) => inWords(text, names);
  return new AppError(error.code, say(error.message), {
    ...(error.hint === undefined ? {} : { hint: say(error.hint) }),
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    retryable: error.retryable,
    faults: error.faults.map(({ pointer, code, message }) => ({
      pointer: inPointer(pointer, names),
      code,
      message: say(message),
    })),
    cause: error,
  });
}

function inPointer(pointer: string, names: FieldNames): string {
  const [, field = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(pointer) ?? [];
  const name = names[field];
  return name === undefined ? pointer : `/${name}${rest}`;
}

/** A name of two words means the field wherever it stands; one that is also a word of English only where it is named. */
function inWords(text: string, names: FieldNames): string {
  return Object.entries(names).reduce((said, [field, name]) => {
    const word = name.slice(name.lastIndexOf('/') + 1);
    const asField = field.includes('_') ? '' : '(?= must| takes| has|:|/\\d)';
    return said.replaceAll(new RegExp(`\\b${field}\\b${asField}`, 'g'), word);
  }, text);
}
