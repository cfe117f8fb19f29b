import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';
import { AppError } from './domain/errors.ts';

const url = 'http://127.0.0.1:11434/v1';

function faultsOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof AppError);
    return error.message;
  }
  return assert.fail('the environment was taken');
}

test('has no planner unless one is set', () => {
  assert.equal(readConfig({}).planner, undefined);
  assert.equal(readConfig({ KINORA_PLANNER_URL: '', KINORA_PLANNER_KEY: '' }).planner, undefined);
});

test('reads a planner, its key only if there is one', () => {
  const local = readConfig({ KINORA_PLANNER_URL: `${url}/`, KINORA_PLANNER_MODEL: 'qwen3:8b' });
  assert.deepEqual(local.planner, { baseUrl: url, model: 'qwen3:8b' });
  const hosted = readConfig({
    KINORA_PLANNER_URL: 'https://api.example.com/v1',
    KINORA_PLANNER_MODEL: 'small',
    KINORA_PLANNER_KEY: 'sk-1',
  });
  assert.deepEqual(hosted.planner, {
    baseUrl: 'https://api.example.com/v1',
    model: 'small',
    apiKey: 'sk-1',
  });
});

test('names every fault of a planner at once, with those of other settings, and never the key', () => {
  const faults = faultsOf({
    KINORA_PLANNER_URL: 'ftp://models.example.com',
    KINORA_PLANNER_KEY: 'sk-geheim ü',
    KINORA_PORT: '70000',
  });
  for (const name of ['KINORA_PLANNER_URL', 'KINORA_PLANNER_MODEL', 'KINORA_PLANNER_KEY', 'KINORA_PORT'])
    assert.match(faults, new RegExp(`${name}: must`));
  assert.doesNotMatch(faults, /geheim/);
});

test('refuses a model or a key without an address, and an address with a login in it', () => {
  assert.match(faultsOf({ KINORA_PLANNER_MODEL: 'small' }), /KINORA_PLANNER_URL: must be set/);
  assert.match(faultsOf({ KINORA_PLANNER_KEY: 'sk-1' }), /KINORA_PLANNER_URL: must be set/);
  const nonsense = faultsOf({ KINORA_PLANNER_URL: 'localhost', KINORA_PLANNER_MODEL: 'm' });
  assert.match(nonsense, /KINORA_PLANNER_URL: must be an http/);
  const withLogin = faultsOf({
    KINORA_PLANNER_URL: 'https://me:sesame@example.com/v1',
    KINORA_PLANNER_MODEL: 'm',
  });
  assert.match(withLogin, /KINORA_PLANNER_KEY/);
  assert.doesNotMatch(withLogin, /sesame/);
});

test('takes payments with both secrets of Stripe only, and shows neither', () => {
  const secret = 'sk_test_geheim';
  assert.equal(readConfig({}).stripe, undefined);
  assert.deepEqual(readConfig({ STRIPE_SECRET_KEY: secret, STRIPE_WEBHOOK_SECRET: 'whsec_1' }).stripe, {
    secretKey: secret,
    webhookSecret: 'whsec_1',
  });
  assert.match(faultsOf({ STRIPE_SECRET_KEY: secret }), /STRIPE_WEBHOOK_SECRET: must be set too/);
  assert.match(faultsOf({ STRIPE_WEBHOOK_SECRET: 'whsec_1' }), /STRIPE_SECRET_KEY: must be set too/);
  const wrong = faultsOf({ STRIPE_SECRET_KEY: 'pk_live_geheim', STRIPE_WEBHOOK_SECRET: 'whsec_1' });
  assert.match(wrong, /STRIPE_SECRET_KEY: must begin with/);
  assert.doesNotMatch(wrong, /geheim/);
});

test('knows one background remover, and none unless it is set', () => {
  assert.equal(readConfig({}).backgroundRemoval, undefined);
  assert.equal(readConfig({ KINORA_BACKGROUND_REMOVAL: 'imgly' }).backgroundRemoval, 'imgly');
  assert.match(faultsOf({ KINORA_BACKGROUND_REMOVAL: 'yes' }), /KINORA_BACKGROUND_REMOVAL: must be imgly/);
});
