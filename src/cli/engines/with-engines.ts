import type { Client } from '../../client/index.ts';
import type { Invocation } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { openOperator, openSession } from '../session.ts';

/** As the operator, who sees everything; where only an account's key is at hand, as that account. */
export async function withEngines(
  invocation: Invocation,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const session = await open(invocation);
  try {
    await work(session.client);
  } finally {
    await session.close();
  }
}

async function open(invocation: Invocation): Promise<{ client: Client; close(): Promise<void> }> {
  const { options, env } = invocation;
  try {
    return await openOperator(invocation);
  } catch (error) {
    const key = options.text('key') ?? env['KINORA_KEY'] ?? '';
    if (!(error instanceof UsageError) || key === '') throw error;
    return openSession(invocation);
  }
}
