/** The groups of routes, in the order in which a newcomer needs them. */
export const tags = [
  { name: 'Videos', description: 'Ask for a video, follow it, cancel it, see why it waits.' },
  { name: 'Files', description: 'Upload references once and use them by id; read what was made.' },
  {
    name: 'Webhooks and events',
    description: 'Be told when something happens; see every delivery, send it again, catch up.',
  },
  {
    name: 'People',
    description: 'What people in your videos have agreed to: ask, record, take back, prove what was deleted.',
  },
  { name: 'Batches', description: 'Hundreds or thousands of videos at once, kept and made by the server.' },
  { name: 'Ads', description: 'Variants by a matrix, how they did, what that says, and which to show next.' },
  {
    name: 'Records',
    description: 'What videos are made for, version by version: compare, review, publish, roll back.',
  },
  {
    name: 'Runs',
    description:
      'Workflows that this server runs by itself: what is stored, when it is due, what came of it.',
  },
  {
    name: 'Templates and bundles',
    description: 'Prompts and references that many videos share, in versions that never change.',
  },
  {
    name: 'Credits',
    description: 'What is there, where it came from, where it went, what a video would cost.',
  },
  { name: 'Budgets and alerts', description: 'Caps that cannot be exceeded, and who is told.' },
  { name: 'Reports', description: 'Usage, failures, receipts, the log of generations and the audit log.' },
  { name: 'Account and keys', description: 'Your account, its API keys, pausing it.' },
  { name: 'Payments', description: 'Buy packs of credits, where the operator has set that up.' },
  { name: 'Engines', description: 'Who makes the videos, and which of them your requests are led to.' },
  { name: 'Operator', description: 'For whoever runs this Kinora: accounts, credits, jobs in doubt.' },
  { name: 'Server', description: 'Whether it answers.' },
] as const;
