// The house, as arrows: which folder of src/ may import which. Everything not listed is refused.
const mayImport = {
  domain: [],
  contract: ['domain'],
  media: [],
  net: ['domain'],
  files: ['domain'],
  store: ['domain'],
  'engines/local': ['domain', 'media'],
  'engines/simulated': ['domain', 'contract', 'media', 'engines/json-api', 'engines/parsed-json'],
  engines: ['domain', 'config', 'net', 'engines/local', 'engines/simulated'],
  config: ['domain'],
  alerts: ['domain', 'store'],
  payments: ['domain'],
  webhooks: ['domain', 'store', 'net'],
  schedules: ['domain'],
  actions: ['domain', 'store', 'engines', 'files', 'media', 'net', 'payments', 'templates'],
  pipeline: ['domain', 'actions', 'store', 'engines', 'files', 'media', 'net'],
  http: [
    'domain',
    'contract',
    'actions',
    'store',
    'files',
    'payments',
    'templates',
    'schedules',
    'batch/server-workflow',
  ],
  templates: ['domain', 'contract'],
  batch: [
    'domain',
    'contract',
    'client',
    'templates',
    'schedules',
    'net/public-address',
    'webhooks/sign-standard',
  ],
  runs: ['domain', 'contract', 'batch', 'client', 'store', 'schedules', 'net', 'pipeline/work-line'],
  cli: [
    'batch',
    'templates',
    'client',
    'contract',
    'domain',
    'main',
    'config',
    'doctor',
    'net',
    'webhooks/sign-standard',
  ],
  client: ['contract', 'domain'],
  'ai-sdk': ['client'],
};

const zones = Object.entries(mayImport).map(([zone, allowed]) => ({
  name: `${zone.replace('/', '-')}-imports-only-what-it-may`,
  severity: 'error',
  from: {
    path: `^src/${zone}/`,
    pathNot: zone === 'engines' ? '\\.test\\.ts$|^src/engines/(local|simulated)/' : '\\.test\\.ts$',
  },
  to: {
    path: '^src/',
    pathNot: [`^src/${zone}/`, ...allowed.map((name) => `^src/${name}(/|\\.ts$)`)],
  },
}));

export default {
  forbidden: [
    ...zones,
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(test|bench|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Pages of another renderer, whose packages are installed only for its bench.
    exclude: { path: '^bench/peers/remotion-film/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
