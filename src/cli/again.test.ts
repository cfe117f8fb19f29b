import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commandLine, program } from './again.ts';

describe('a command line to be used again', () => {
  it('begins as this program was begun', () => {
    assert.equal(program, 'npm run kinora --', 'tests run from a checkout');
    assert.equal(commandLine(['run', 'shop.yaml'], []), 'npm run kinora -- run shop.yaml');
  });

  it('has the options that were given, each word safe from the shell', () => {
    assert.equal(
      commandLine(
        ['run', "it's mine.yaml"],
        [
          ['-o', 'my videos'],
          ['--limit', undefined],
          ['--only', '-a'],
          ['--url', 'http://localhost:4700'],
        ],
        'kinora',
      ),
      "kinora run 'it'\\''s mine.yaml' -o 'my videos' --only=-a --url http://localhost:4700",
    );
  });
});
