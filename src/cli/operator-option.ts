import type { Option } from './command.ts';

export const operatorOption = {
  'operator-key': {
    type: 'string',
    value: 'KEY',
    help: 'the operator key of that server (or KINORA_OPERATOR_KEY)',
  },
} as const satisfies Record<string, Option>;
