import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inTimeZone, readCron } from './cron.ts';

const vienna = 'Europe/Vienna';

const times = (cron: string, after: string, count: number) =>
  readCron(cron, vienna)
    .following(new Date(after), count)
    .map((at) => inTimeZone(at, vienna));

describe('the times of a schedule', () => {
  it('fall an hour later where clocks are put forward over them, and come once', () => {
    assert.deepEqual(times('30 2 * * *', '2027-03-27T00:00:00Z', 3), [
      '2027-03-27T02:30:00+01:00',
      '2027-03-28T03:30:00+02:00',
      '2027-03-29T02:30:00+02:00',
    ]);
    assert.deepEqual(times('0 2-3 * * *', '2027-03-27T12:00:00Z', 2), [
      '2027-03-28T03:00:00+02:00',
      '2027-03-29T02:00:00+02:00',
    ]);
  });

  it('come once, the first time, where clocks are put back over them; every hour means every hour', () => {
    assert.deepEqual(times('30 2 * * *', '2026-10-24T12:00:00Z', 2), [
      '2026-10-25T02:30:00+02:00',
      '2026-10-26T02:30:00+01:00',
    ]);
    assert.deepEqual(times('30 * * * *', '2026-10-24T23:45:00Z', 3), [
      '2026-10-25T02:30:00+02:00',
      '2026-10-25T02:30:00+01:00',
      '2026-10-25T03:30:00+01:00',
    ]);
  });

  it('keep to the clocks of their zone the year round', () => {
    assert.equal(
      readCron('0 6 * * *', vienna).next(new Date('2026-07-01T00:00:00Z')).toISOString(),
      '2026-07-01T04:00:00.000Z',
    );
    assert.equal(
      readCron('0 6 * * *', vienna).next(new Date('2026-12-01T00:00:00Z')).toISOString(),
      '2026-12-01T05:00:00.000Z',
    );
    assert.deepEqual(
      readCron('0 6 * * MON-FRI', 'UTC')
        .following(new Date('2026-11-27T06:00:00Z'), 1)
        .map((at) => inTimeZone(at, 'UTC')),
      ['2026-11-30T06:00:00+00:00'],
    );
  });

  for (const [cron, zone, message] of [
    ['0 6 * *', 'UTC', /five parts/],
    ['0 0 6 * * *', 'UTC', /five parts/],
    ['0 0 31 2 *', 'UTC', /never comes/],
    ['61 0 * * *', 'UTC', /never comes/],
    ['H 3 * * *', 'UTC', /takes no H/],
    ['0 6 * * *', 'Wien', /IANA name such as Europe\/Vienna, not "Wien"/],
    ['0 6 * * *', '+01:00', /IANA name/],
  ] as const)
    it(`refuse ${cron} in ${zone}`, () => {
      assert.throws(() => readCron(cron, zone), message);
    });
});
