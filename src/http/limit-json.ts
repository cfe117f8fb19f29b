import { bodyLimit } from 'hono/body-limit';
import { AppError } from '../domain/errors.ts';

/** For bodies that are JSON; data URLs count. Files have a limit of their own. */
const maxJsonBytes = 64_000_000;

/** Refuses a body that is larger than any request can be. */
export const limitJson = bodyLimit({
  maxSize: maxJsonBytes,
  onError: () => {
    throw new AppError(
      'body_too_large',
      `The body is larger than ${maxJsonBytes.toLocaleString('en')} bytes.`,
      {
        hint: 'Upload large files with POST /v1/files and send their ids.',
      },
    );
  },
});
