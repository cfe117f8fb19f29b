/** By what usage can be told apart. */
export const usageGroupings = [
  'day',
  'workflow',
  'key',
  'tag',
  'engine',
  'outcome',
  'end_user',
  'batch',
  'account',
] as const;

export type UsageGrouping = (typeof usageGroupings)[number];
