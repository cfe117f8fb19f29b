import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createOutput } from '../output.ts';
import { sayResults } from './conclude-run.ts';
import type { RunOutcome } from './run-opened.ts';

/** What a person reads of two videos, where lines have so many columns. */
function read(columns: number): string[] {
  let text = '';
  const output = createOutput({
    json: false,
    stdout: {
      isTTY: true,
      columns,
      write(part) {
        text += part;
      },
    },
    stderr: { write: () => {} },
    noColours: true,
  });
  const result = (key: string) => ({
    ...{ key, title: key, prompt: '', status: 'complete' as const, generation_id: 'gen_1', seconds: 5 },
    ...{ width: 1280, height: 720, bytes: 1_000_000, credits: 303, error: null, poster: null },
    path: `videos/${key}.mp4`,
  });
  const results = [result('HALDEN-MUG-01'), result('HALDEN-LAMP-04')];
  const folder = { results, rows: 2, made: 2, credits: 606, contactSheet: '', resultsCsv: '' };
  const outcome = { folder, progress: undefined, batchIds: [], sinks: [] } as unknown as RunOutcome;
  sayResults(output, { outcome, folder: join(process.cwd(), 'out/halden-catalogue'), elapsedSeconds: 1 });
  return text.split('\n');
}

test('the videos of a run stand in lines that a narrow terminal does not break, each with its file', () => {
  const wide = read(120);
  assert.ok(
    wide.some((line) => line.endsWith('   out/halden-catalogue/videos/HALDEN-MUG-01.mp4')),
    wide.join('\n'),
  );
  const narrow = read(80);
  assert.ok(
    narrow.every((line) => line.length <= 80),
    narrow.join('\n'),
  );
  assert.ok(narrow.some((line) => line.endsWith('   HALDEN-MUG-01.mp4')));
  assert.ok(narrow.includes('in out/halden-catalogue/videos'));
});
