import type { Client, Workflow } from '../../client/index.ts';
import { program } from '../again.ts';
import type { Invocation } from '../command.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';

export async function printList({ output, signal }: Invocation, client: Client): Promise<void> {
  const workflows: Workflow[] = [];
  for await (const workflow of client.workflows.list({ limit: 200 }, { signal })) workflows.push(workflow);
  for (const workflow of workflows) output.data(workflow);
  if (workflows.length === 0) {
    output.note(`There are no workflows. ${program} workflows push shop.yaml stores one.`);
    return;
  }
  const lines = table(
    workflows,
    [
      { head: 'NAME', cell: ({ name }) => oneLine(name) },
      {
        head: 'STORED',
        cell: ({ definition_version: version }) => (version === null ? '' : `version ${version}`),
      },
      { head: 'REVIEW', cell: ({ review }) => (review ? 'yes' : '') },
      { head: 'PUBLISHED', cell: ({ published }) => (published ? 'yes' : '') },
      { head: 'SINCE', cell: ({ created_at: at }) => at.slice(0, 10) },
    ],
    output.style,
  );
  for (const line of lines) output.line(line);
}

/** What is stored of a workflow, and when it runs next. */
export async function printDetail(
  { output, signal }: Invocation,
  client: Client,
  name: string,
): Promise<void> {
  const workflow = await client.workflows.get(name, { signal });
  const { style } = output;
  output.data(workflow);
  const { schedule, definition_version: version } = workflow;
  output.line(`${style.strong(oneLine(workflow.name))}  ${style.faint(workflow.id)}`);
  const say = (what: string, value: string) => output.line(`  ${style.faint(what.padEnd(10))}  ${value}`);
  say('stored', version === null ? 'not on the server: only the name of rows' : `version ${version}`);
  say('videos', `${workflow.keeper.made.toLocaleString('en')} made`);
  if (schedule === null) {
    say('schedule', version === null ? 'none' : `none: ${program} workflows run ${name}`);
    return;
  }
  const { cron, time_zone: zone, catch_up: catchUp, overlap } = schedule;
  say('schedule', `${cron}  ${style.faint(`${zone}, catch_up: ${catchUp}, overlap: ${overlap}`)}`);
  if (schedule.rehearse) say('makes', 'free drafts: schedule.rehearse is true in its file');
  if (!schedule.enabled) say('next runs', style.careful('none: it is not enabled in its file'));
  else if (schedule.paused_at !== null)
    say('next runs', style.careful(`none: paused. ${program} workflows resume ${name}`));
  for (const [index, at] of schedule.next_runs.entries()) say(index === 0 ? 'next runs' : '', at);
}
