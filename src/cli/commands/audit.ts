import type { AuditEntry } from '../../contract/audit.ts';
import { type Command, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { operatorOption } from '../operator-option.ts';
import { openOperator, openSession } from '../session.ts';
import { table } from '../table.ts';
import { fitTo, oneLine, widthOf } from '../text-width.ts';

export const command: Command = {
  name: 'audit',
  summary: 'show who changed money, limits, keys and accounts',
  usage: '',
  options: {
    all: { type: 'boolean', help: 'of all accounts (as the operator)' },
    account: { type: 'string', value: 'ID', help: 'of this account (as the operator)' },
    action: {
      type: 'string',
      value: 'NAME',
      help: 'such as key.revoked, or key for all that is done to keys',
    },
    actor: { type: 'string', value: 'WHO', help: 'operator, system or the id of a key' },
    target: { type: 'string', value: 'ID', help: 'what it was done to' },
    from: { type: 'string', value: 'TIME', help: 'from then on, such as 2026-11-01T00:00:00Z' },
    to: { type: 'string', value: 'TIME', help: 'before then' },
    limit: { type: 'string', value: 'N', help: 'how many at most; 50 by default' },
    ...serverOptions,
    ...operatorOption,
  },
  examples: ['kinora audit', 'kinora audit --action key', 'kinora audit --all --limit 500 --json'],
  async run(invocation) {
    const { options, output, signal, positionals } = invocation;
    if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is too much.`);
    const account = options.text('account');
    const session = await (options.flag('all') || account !== undefined
      ? openOperator(invocation)
      : openSession(invocation));
    try {
      const entries: AuditEntry[] = [];
      const most = options.wholeNumber('limit') ?? 50;
      let cursor: string | undefined;
      do {
        const page = await session.client.audit.list(
          {
            account_id: account,
            action: options.text('action'),
            actor: options.text('actor'),
            target: options.text('target'),
            from: options.text('from'),
            to: options.text('to'),
            limit: Math.max(1, Math.min(500, most - entries.length)),
            cursor,
          },
          { signal },
        );
        entries.push(...page.data);
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined && entries.length < most);
      for (const entry of entries) output.data(entry);
      if (entries.length === 0) output.line('Nothing is written of that.');
      else for (const line of table(entries, columns, output.style)) output.line(line);
    } finally {
      await session.close();
    }
  },
};

const columns = [
  { head: 'WHEN (UTC)', cell: ({ created_at: at }: AuditEntry) => at.slice(0, 19).replace('T', ' ') },
  { head: 'WHO', cell: ({ actor }: AuditEntry) => actor },
  { head: 'DID', cell: ({ action }: AuditEntry) => action },
  { head: 'TO', cell: ({ target }: AuditEntry) => oneLine(target) },
  { head: 'DETAILS', cell: ({ details }: AuditEntry) => shortened(details) },
] as const;

function shortened(details: AuditEntry['details']): string {
  const text = oneLine(
    Object.entries(details)
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(' '),
  );
  return widthOf(text) > 80 ? fitTo(text, 80) : text;
}
