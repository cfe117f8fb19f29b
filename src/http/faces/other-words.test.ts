import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../domain/errors.ts';
import { inOtherWords } from './other-words.ts';

test('calls every field as the caller called it, and leaves English alone', () => {
  const error = new AppError(
    'invalid_request',
    'image: It is video/mp4, not an image. duration must be whole.',
    {
      hint: 'Give reference_audio or none.',
      faults: [
        {
          pointer: '/reference_images/0/url',
          code: 'invalid_request',
          message: 'reference_images takes at most 9.',
        },
        { pointer: '/image', code: 'reference_wrong_type', message: 'It is video/mp4, not an image.' },
        { pointer: '', code: 'reference_required', message: 'It needs an image.' },
      ],
    },
  );
  const said = inOtherWords(error, {
    image: 'image_url',
    duration: 'seconds',
    reference_images: 'image_urls',
    reference_audio: 'input/reference_audios',
  });
  assert.equal(said.message, 'image_url: It is video/mp4, not an image. seconds must be whole.');
  assert.equal(said.hint, 'Give reference_audios or none.');
  assert.deepEqual(
    said.faults.map(({ pointer, message }) => [pointer, message]),
    [
      ['/image_urls/0/url', 'image_urls takes at most 9.'],
      ['/image_url', 'It is video/mp4, not an image.'],
      ['', 'It needs an image.'],
    ],
  );
});
