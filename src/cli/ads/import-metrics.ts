import { basename } from 'node:path';
import { type MetricField, metricFields, readMetrics } from '../../batch/read-metrics.ts';
import type { Client } from '../../client/index.ts';
import type { Invocation } from '../command.ts';
import { NotMade, UsageError } from '../exit-codes.ts';
import { readText } from '../read-file.ts';
import { oneLine } from '../text-width.ts';
import type { AdsWorkflow } from './ads-workflow.ts';

const rowsPerCall = 10_000;
const mostShown = 20;

/** Sends the lines of a metrics file, and says of each that is refused why. The matrix of a workflow file goes first. */
export async function importMetrics(
  { options, output, signal }: Invocation,
  client: Client,
  { workflow: { name, file }, metricsFile }: { workflow: AdsWorkflow; metricsFile: string },
): Promise<void> {
  const metrics = readMetrics(await readText(metricsFile), {
    file: metricsFile,
    named: namedColumns(options.texts('column')),
  });
  const source = options.text('source') ?? basename(metricsFile).replace(/\.[^.]*$/, '');
  const currency = options.text('currency') ?? metrics.currency ?? 'USD';
  if (file !== undefined) await client.ads.putMatrix(name, file.matrix, { signal });
  const total = { added: 0, replaced: 0, unchanged: 0 };
  const refused = [...metrics.faults];
  for (let start = 0; start < metrics.rows.length; start += rowsPerCall) {
    const chunk = metrics.rows.slice(start, start + rowsPerCall);
    const rows = chunk.map(({ row }) => row);
    const answer = await client.ads.importResults(name, { source, currency, rows }, { signal });
    total.added += answer.added;
    total.replaced += answer.replaced;
    total.unchanged += answer.unchanged;
    for (const { index, ad, reason } of answer.refused)
      refused.push({ line: chunk[index]?.line ?? 0, ad: ad ?? '', reason });
  }
  refused.sort((a, b) => a.line - b.line);
  output.data({ object: 'ad_import', workflow: name, source, currency, ...total, refused });
  const { style } = output;
  for (const { line, ad, reason } of refused.slice(0, mostShown))
    output.line(`${style.bad('×')} line ${line}${ad === '' ? '' : `, ${oneLine(ad)}`}: ${oneLine(reason)}`);
  if (refused.length > mostShown)
    output.line(style.faint(`  … and ${refused.length - mostShown} more lines`));
  output.line(
    `${style.strong(source)}: ${counted(total.added, 'result')} added, ${total.replaced.toLocaleString('en')} replaced, ${total.unchanged.toLocaleString('en')} as before${refused.length === 0 ? '.' : `, ${style.bad(`${refused.length.toLocaleString('en')} refused.`)}`}`,
  );
  if (refused.length > 0)
    throw new NotMade(
      `${counted(refused.length, 'line')} of ${metricsFile} ${refused.length === 1 ? 'was' : 'were'} refused.`,
    );
}

const counted = (count: number, word: string) =>
  `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

/** `--column clicks="Link clicks"`. */
function namedColumns(given: readonly string[]): Partial<Record<MetricField, string>> {
  const named: Partial<Record<MetricField, string>> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    const field = metricFields.find((name) => name === text.slice(0, at));
    if (field === undefined || at === text.length - 1)
      throw new UsageError(
        `--column must be one of ${metricFields.join(', ')} with a head, as in --column clicks="Link clicks", not "${text}".`,
      );
    named[field] = text.slice(at + 1);
  }
  return named;
}
