import { type Command, serverOptions } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { operatorOption } from './operator-option.ts';
import { openOperator } from './session.ts';

/** `kinora pause` and `kinora resume` differ in one word. */
export function pauseOrResume(verb: 'pause' | 'resume', summary: string): Command {
  return {
    name: verb,
    summary,
    usage: 'account <account id> | engine <name>',
    options: { url: serverOptions.url, ...operatorOption },
    examples: [`kinora ${verb} account acc_…`, `kinora ${verb} engine local`],
    async run(invocation) {
      const { output, signal } = invocation;
      const [what, id, ...rest] = invocation.positionals;
      if ((what !== 'account' && what !== 'engine') || id === undefined || rest.length > 0)
        throw new UsageError(`What is to ${verb}?`, `kinora ${verb} account acc_…, or engine and its name.`);
      const session = await openOperator(invocation);
      try {
        const now = await session.client.pauses[what](id, verb, { signal });
        output.data(now);
        output.line(
          now.paused_at === null
            ? `The ${what} ${id} goes on.`
            : `The ${what} ${id} is paused: nothing of it begins; what is being made goes on.`,
        );
      } finally {
        await session.close();
      }
    },
  };
}
