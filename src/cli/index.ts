import type { Command } from './command.ts';
import { runCommandLine } from './run-command-line.ts';

const commands = {
  serve: { summary: 'serve the API on this machine', load: () => import('./commands/serve.ts') },
  generate: { summary: 'make one video', load: () => import('./commands/generate.ts') },
  storyboard: {
    summary: 'plan one video shot by shot, for free',
    load: () => import('./commands/storyboard.ts'),
  },
  init: {
    summary: 'write a workflow file from a table of yours',
    load: () => import('./commands/init.ts'),
  },
  plan: { summary: 'show what a run would make, and for how much', load: () => import('./commands/plan.ts') },
  run: { summary: 'make one video for each row of a table', load: () => import('./commands/run.ts') },
  workflows: {
    summary: 'keep workflows on a server that runs them by itself',
    load: () => import('./commands/workflows.ts'),
  },
  templates: {
    summary: 'keep, check and preview prompt templates',
    load: () => import('./commands/templates.ts'),
  },
  bundles: {
    summary: 'keep references that belong together',
    load: () => import('./commands/bundles.ts'),
  },
  ads: {
    summary: 'test ad variants: what works, what to show next',
    load: () => import('./commands/ads.ts'),
  },
  engines: {
    summary: 'show who makes the videos, try one, and say who is asked first',
    load: () => import('./commands/engines.ts'),
  },
  batches: {
    summary: 'show, pause, resume, retry and cancel batches',
    load: () => import('./commands/batches.ts'),
  },
  records: {
    summary: 'show what videos are made for, publish it, roll back',
    load: () => import('./commands/records.ts'),
  },
  review: {
    summary: 'approve videos, reject them, have them made once more',
    load: () => import('./commands/review.ts'),
  },
  pause: { summary: 'pause an account or an engine', load: () => import('./commands/pause.ts') },
  resume: { summary: 'resume an account or an engine', load: () => import('./commands/resume.ts') },
  accounts: { summary: 'list and make accounts', load: () => import('./commands/accounts.ts') },
  keys: { summary: 'list, make and revoke API keys', load: () => import('./commands/keys.ts') },
  reconcile: {
    summary: 'decide about jobs whose provider never answered',
    load: () => import('./commands/reconcile.ts'),
  },
  credits: {
    summary: 'show, buy and move credits, check the books',
    load: () => import('./commands/credits.ts'),
  },
  receipts: { summary: 'show and verify receipts', load: () => import('./commands/receipts.ts') },
  budgets: { summary: 'cap what is spent', load: () => import('./commands/budgets.ts') },
  usage: {
    summary: 'show what was made, for how much, and what goes wrong',
    load: () => import('./commands/usage.ts'),
  },
  webhooks: {
    summary: 'tell other programs: endpoints, what was sent, send it again',
    load: () => import('./commands/webhooks.ts'),
  },
  consents: {
    summary: 'what people in your videos have agreed to; take it back, prove it',
    load: () => import('./commands/consents.ts'),
  },
  listen: {
    summary: 'show events as they happen and forward them to localhost',
    load: () => import('./commands/listen.ts'),
  },
  export: { summary: 'write out the log of your generations', load: () => import('./commands/export.ts') },
  audit: { summary: 'show who changed what', load: () => import('./commands/audit.ts') },
  doctor: {
    summary: 'check whether this machine can run Kinora',
    load: () => import('./commands/doctor.ts'),
  },
} satisfies Record<string, { summary: string; load(): Promise<{ command: Command }> }>;

const code = await runCommandLine(commands, process.argv.slice(2));
// Not by waiting for every handle: an idle connection would keep the prompt back for seconds.
process.stdout.write('', () => process.exit(code));
