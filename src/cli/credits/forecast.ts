import type { Invocation } from '../command.ts';
import { openSession } from '../session.ts';
import { printForecast } from './print-forecast.ts';

/** Says how long the credits of this account last. */
export async function forecast(invocation: Invocation): Promise<void> {
  const session = await openSession(invocation);
  try {
    const answer = await session.client.forecast({ signal: invocation.signal });
    invocation.output.data(answer);
    printForecast(answer, invocation.output);
  } finally {
    await session.close();
  }
}
