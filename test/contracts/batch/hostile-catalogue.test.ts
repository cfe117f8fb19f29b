import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openSource, sourceSpecSchema } from '../../../src/batch/sources/index.ts';
import type { SourceRecord } from '../../../src/batch/sources/source.ts';
import { hostileRows, writeHostileCatalogue } from '../../fixtures/hostile-catalogue/write-catalogue.ts';

const folder = await mkdtemp(join(tmpdir(), 'kinora-hostile-'));
after(() => rm(folder, { recursive: true, force: true }));
await writeHostileCatalogue(folder);

describe('a hostile catalogue', () => {
  it('loses no row but the bad ones, each with an error of its own', async () => {
    const source = openSource(sourceSpecSchema.parse({ path: 'catalogue.csv', key: 'sku' }), {
      folder,
      env: () => undefined,
      fetch,
      sleep: async () => {},
    });
    const records: SourceRecord[] = [];
    for await (const record of source.rows(new AbortController().signal)) records.push(record);
    assert.equal(records.length, hostileRows.length);
    for (const [index, { key, refusedBy, why }] of hostileRows.entries()) {
      const record = records[index] as SourceRecord;
      assert.equal(record.place, `line ${lineOf(index)}`);
      assert.equal('key' in record ? record.key : undefined, key);
      if (refusedBy !== 'source') assert.ok('values' in record, JSON.stringify(record).slice(0, 200));
      else {
        assert.ok('fault' in record, `${record.place} was taken`);
        assert.match(record.fault, why as RegExp);
        assert.ok(record.fault.length < 400, 'an error shows the beginning of a value at most');
      }
    }
  });
});

/** The header is line 1; a cell may hold a line break. */
const lineOf = (index: number) =>
  2 + hostileRows.slice(0, index).reduce((lines, { line }) => lines + line.split('\n').length, 0);
