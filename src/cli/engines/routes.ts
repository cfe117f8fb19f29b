import type { Route } from '../../contract/route.ts';
import { type EndpointName, endpointNames } from '../../domain/request.ts';
import { program } from '../again.ts';
import type { Invocation } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { short } from '../short.ts';
import type { Style } from '../style.ts';
import { table } from '../table.ts';
import { withEngines } from './with-engines.ts';

export async function listRoutes(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  await withEngines(invocation, async (client) => {
    const routes = await client.routes.list({ signal });
    for (const route of routes) output.data(route);
    if (routes.length === 0)
      output.note(
        `There are no routes: whoever names no engine gets the first. ${program} engines route text-to-video videos,fal`,
      );
    else for (const line of routeTable(routes, output.style)) output.line(line);
  });
}

/** Leads an endpoint to engines, written as in `videos,fal`. */
export async function setRoute(
  invocation: Invocation,
  { endpoint, engines }: { endpoint: string; engines: string },
): Promise<void> {
  const { options, output, signal } = invocation;
  const known = endpointNames.find((name) => name === endpoint);
  if (known === undefined)
    throw new UsageError(`There is no endpoint "${endpoint}".`, `There are: ${endpointNames.join(', ')}.`);
  const route = {
    endpoint: known satisfies EndpointName,
    engines: engines.split(','),
    ...scopeOf(invocation),
  };
  const account = options.text('account');
  await withEngines(invocation, async (client) => {
    const set = await client.routes.set(
      { ...route, ...(account === undefined ? {} : { account_id: account }) },
      { signal },
    );
    output.data(set);
    for (const line of routeTable([set], output.style)) output.line(line);
  });
}

function scopeOf({ options }: Invocation): { scope?: 'workflow' | 'key'; scope_value?: string } {
  const [workflow, key] = [options.text('workflow'), options.text('for-key')];
  if (workflow !== undefined && key !== undefined)
    throw new UsageError('A route is for a workflow or for a key, not for both.');
  if (workflow !== undefined) return { scope: 'workflow', scope_value: workflow };
  return key === undefined ? {} : { scope: 'key', scope_value: key };
}

export async function removeRoute(invocation: Invocation, id: string): Promise<void> {
  const { output, signal } = invocation;
  await withEngines(invocation, async (client) => {
    await client.routes.remove(id, { signal });
    output.data({ id, removed: true });
    output.line(`The route ${id} is removed.`);
  });
}

function routeTable(routes: readonly Route[], style: Style): string[] {
  return table(
    routes,
    [
      { head: 'ID', cell: ({ id }) => id },
      { head: 'ENDPOINT', cell: ({ endpoint }) => endpoint },
      { head: 'FOR', cell: forWhom },
      { head: 'ENGINES, IN ORDER', cell: ({ engines }) => engines.join(style.faint(' → ')) },
    ],
    style,
  );
}

function forWhom({ scope, scope_value: value, account_id: account }: Route): string {
  if (scope === 'everybody') return 'everybody';
  if (scope === 'account') return account ?? '';
  return `${scope} ${short(value ?? '', 28)}`;
}
