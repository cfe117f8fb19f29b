import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../config.ts';
import { variablesFor } from './workflow-env.ts';

test('workflows may use the variables that are named, of everybody or of one account, and no others', () => {
  const config = readConfig({
    KINORA_WORKFLOW_ENV: 'SHOP_TOKEN, acc_a1:SHOP_DATABASE_URL',
    SHOP_TOKEN: 't',
    SHOP_DATABASE_URL: 'postgres://shop',
    OTHER: 'o',
  });
  const variable = variablesFor(config.workflowEnv);
  assert.deepEqual(
    [variable('SHOP_TOKEN', 'acc_b2'), variable('SHOP_DATABASE_URL', 'acc_a1')],
    ['t', 'postgres://shop'],
  );
  assert.deepEqual(
    [variable('SHOP_DATABASE_URL', 'acc_b2'), variable('OTHER', 'acc_a1'), variable('PATH', 'acc_a1')],
    [undefined, undefined, undefined],
  );
});

test('settings of the server, names that are not set and what is no name are refused at the start', () => {
  assert.throws(
    () =>
      readConfig({
        KINORA_WORKFLOW_ENV: 'DATABASE_URL KINORA_OPERATOR_KEY FAL_KEY SHOP_TOKEN',
        DATABASE_URL: 'postgres://kinora',
        FAL_KEY: 'a:b',
      }),
    (error: Error) =>
      ['DATABASE_URL', 'KINORA_OPERATOR_KEY', 'FAL_KEY'].every((name) =>
        error.message.includes(`${name} is a setting of this server`),
      ) && error.message.includes('SHOP_TOKEN is named and not set'),
  );
  assert.throws(() => readConfig({ KINORA_WORKFLOW_ENV: 'SHOP_*' }), /"SHOP_\*" is no variable/);
});
