import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlertType, describeAlert } from './describe-alert.ts';
import type { JsonObject } from './json.ts';

const cases: [AlertType, JsonObject, title: string, facts: [string, string][]][] = [
  [
    'payment.paid',
    { pack: 'Max', credits: 12_000, usd_cents: 10_000 },
    '12,000 credits were bought for $100.00',
    [['Pack', 'Max']],
  ],
  [
    'payment.refused',
    { problem: '100 usd came,\nin its smallest unit, instead of 10000 usd.' },
    'A payment came that does not fit its purchase: no credits were given',
    [['Why', '100 usd came, in its smallest unit, instead of 10000 usd.']],
  ],
  [
    'payment.refunded',
    { refunded_cents: 5_000, withdrawn_credits: 5_500, unrecovered_credits: 500 },
    'A purchase was refunded: $50.00 so far',
    [
      ['Taken back', '5,500 credits'],
      ['Spent already', '500 credits'],
    ],
  ],
];

for (const [type, data, title, facts] of cases)
  test(`${type} is told with its numbers`, () => {
    const told = describeAlert(type, { payment_id: 'pay_1', ...data }, null);
    assert.equal(told.title, title);
    for (const fact of [['Purchase', 'pay_1'], ...facts])
      assert.ok(
        told.facts.some((one) => one.join() === fact.join()),
        `${fact.join(': ')} in ${JSON.stringify(told.facts)}`,
      );
    assert.ok(told.advice.length > 0);
  });
