import { AppError } from '../../domain/errors.ts';

/** The text of a small file's bytes. Throws an AppError unless they are UTF-8, with or without a byte order mark. */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('invalid_request', `${file} is not UTF-8.`, { hint: saveAsUtf8, cause });
  }
}

/**
 * Text as it comes. Bytes that are not UTF-8 become U+FFFD, so that they are the fault of their record and of no
 * other. Throws an AppError for UTF-16, of which no record could be read.
 */
export async function* decodeStream(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8');
  let first: number | undefined;
  let isKnown = false;
  for await (const chunk of bytes) {
    for (const byte of isKnown ? [] : chunk.subarray(0, 2)) {
      if (first === undefined) first = byte;
      else {
        isKnown = true;
        if ((first === 0xff && byte === 0xfe) || (first === 0xfe && byte === 0xff))
          throw new AppError('invalid_request', `${name} is UTF-16, not UTF-8.`, { hint: saveAsUtf8 });
        break;
      }
    }
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

const saveAsUtf8 = 'Save it as UTF-8; in Excel that is "CSV UTF-8".';
