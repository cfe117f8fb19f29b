import type { RecordDetail, VideoRecord } from '../../client/index.ts';
import type { Output } from '../output.ts';
import { short } from '../short.ts';
import type { Style } from '../style.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';

type Version = RecordDetail['versions'][number];

/** Many records, one a line. */
export function recordTable(records: readonly VideoRecord[], style: Style): string[] {
  return table(
    records,
    [
      { head: 'WORKFLOW', cell: ({ workflow }) => short(workflow, 24) },
      { head: 'KEY', cell: ({ key }) => short(key, 32) },
      { head: 'NEWEST', align: 'right', cell: ({ version }) => `v${version}` },
      { head: 'STATE', cell: ({ state }) => painted(state, style) },
      { head: 'LIVE', align: 'right', cell: (record) => liveOf(record) },
      { head: 'ID', cell: ({ id }) => style.faint(id) },
    ],
    style,
  );
}

const liveOf = ({ live, pinned_version: pinned }: VideoRecord): string => {
  if (live === null) return '-';
  return live.version === pinned ? `v${live.version} pinned` : `v${live.version}`;
};

/** One record with its addresses and its versions. */
export function printRecord(output: Output, record: RecordDetail): void {
  const { style } = output;
  output.data(record);
  output.line(`${style.strong(oneLine(record.key))}  ${style.faint(record.id)}`);
  const facts: [string, string][] = [
    ['workflow', oneLine(record.workflow)],
    ['live', record.live === null ? 'nothing yet' : liveOf(record)],
    ...(record.awaiting_review === null
      ? []
      : [['to review', `v${record.awaiting_review.version}: ${record.awaiting_review.output.url}`] as const]),
    ...(record.urls === null
      ? [['address', style.faint('none: its workflow is not published')] as const]
      : [['video', record.urls.video] as const, ['poster', record.urls.poster] as const]),
  ].map(([name = '', value = '']): [string, string] => [name, value]);
  for (const [name, value] of facts) output.line(`  ${style.faint(name.padEnd(9))}  ${value}`);
  output.line();
  for (const line of versionTable(record, style)) output.line(`  ${line}`);
}

function versionTable(record: RecordDetail, style: Style): string[] {
  return table(
    record.versions,
    [
      {
        head: '',
        cell: ({ number }) => (number === record.live?.version ? style.good('●') : ' '),
      },
      { head: 'VERSION', cell: ({ number }) => `v${number}` },
      { head: 'STATE', cell: ({ state }) => painted(state, style) },
      { head: 'REVIEW', cell: (version) => reviewOf(version, style) },
      {
        head: 'CREDITS',
        align: 'right',
        cell: ({ credits }) => (credits === null ? '' : credits.toLocaleString('en')),
      },
      { head: 'WHEN (UTC)', cell: ({ created_at: at }) => at.slice(0, 16).replace('T', ' ') },
      { head: 'NOTE', cell: (version) => short(noteOf(version), 60) },
    ],
    style,
  );
}

function reviewOf({ review, review_reason: reason }: Version, style: Style): string {
  if (review === 'approved') return style.good('approved');
  return review === 'none' ? '' : `${style.bad('rejected')} ${reason?.replaceAll('_', ' ') ?? ''}`;
}

/** What is worth saying of a version: why there is no video, what the reviewer wrote, what was to be different. */
function noteOf({ error, review_note: said, note, remade_from: from }: Version): string {
  const remade = from === null ? undefined : `v${from} once more${note === null ? '' : `: ${note}`}`;
  return [error?.message, said, remade].filter((text) => text !== undefined && text !== null).join(' · ');
}

function painted(state: VideoRecord['state'], style: Style): string {
  switch (state) {
    case 'made':
      return style.good(state);
    case 'waiting':
    case 'making':
      return style.careful(state);
    case 'failed':
    case 'refused':
      return style.bad(state);
    case 'canceled':
    case 'deleted':
      return style.faint(state);
  }
}
