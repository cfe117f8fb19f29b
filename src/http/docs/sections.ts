/** The navigation: pages by their file below `docs/`, with the words that lead there. A page that stands nowhere comes last. */
export const sections: readonly { title: string; pages: Readonly<Record<string, string>> }[] = [
  {
    title: 'Start',
    pages: {
      'guides/first-call.md': 'First call in five minutes',
      'guides/reference-guide.md': 'The complete reference guide',
      'guides/standard-api.md': 'The standard API guide',
      'guides/prices.md': 'Prices',
    },
  },
  {
    title: 'Build on it',
    pages: {
      'guides/idempotency-and-retries.md': 'Idempotency and retries',
      'guides/errors.md': 'Errors',
      'webhooks.md': 'Webhooks',
      'people.md': 'People and consent',
      'sdk.md': 'SDK',
      'clients.md': 'Clients you already use',
      'scheduling.md': 'Batches, order, deadlines',
      'ads.md': 'Ad variants',
      'workflows.md': 'Workflow files',
      'templates.md': 'Templates',
      'bundles.md': 'Bundles',
      'catalogues.md': 'Catalogues: plan and run',
      'schedules.md': 'Workflows on the server, schedules',
      'records.md': 'Records, review, publishing',
      'sources-and-sinks.md': 'Sources and sinks',
    },
  },
  {
    title: 'Engines',
    pages: {
      'guides/choose-an-engine.md': 'Choose an engine',
      'routing.md': 'Routing and failover',
      'engines/index.md': 'All engines',
      'engines/fal.md': 'fal',
      'engines/ark.md': 'BytePlus ModelArk',
      'engines/replicate.md': 'Replicate',
      'engines/videos.md': 'vLLM-Omni and SGLang',
      'engines/comfyui.md': 'ComfyUI',
      'jobs.md': 'Jobs at a provider',
    },
  },
  {
    title: 'The embedded engine',
    pages: {
      'embedded-engine.md': 'What it does',
      'prompt-grammar.md': 'Words it understands',
      'storyboard.md': 'Storyboards',
      'planner.md': 'A model as planner',
      'fonts.md': 'Fonts',
    },
  },
  {
    title: 'Money and reports',
    pages: {
      'credits.md': 'Credits',
      'budgets.md': 'Budgets and alerts',
      'payments.md': 'Payments',
      'usage.md': 'Usage, logs, audit',
    },
  },
  {
    title: 'Behind it',
    pages: {
      'benchmarks.md': 'Benchmarks',
      'dependencies.md': 'Dependencies',
    },
  },
];
