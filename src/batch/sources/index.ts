import { z } from 'zod';
import { checkRecords } from './check-records.ts';
import { csvSource, csvSpec } from './csv.ts';
import { httpSource, httpSpec } from './http.ts';
import { jsonSource, jsonSpec } from './json.ts';
import { jsonlSource, jsonlSpec } from './jsonl.ts';
import { merchantSource, merchantSpec } from './merchant.ts';
import { postgresSource, postgresSpec } from './postgres.ts';
import { shopifySource, shopifySpec } from './shopify.ts';
import type { Source, SourceContext, SourceDriver } from './source.ts';

const drivers = ['csv', 'json', 'jsonl', 'postgres', 'http', 'merchant', 'shopify'] as const;

/** `source:` of a workflow file. The driver is told by the fields or the file's ending, unless `driver` says. */
export const sourceSpecSchema = z.preprocess(
  withDriver,
  z.discriminatedUnion(
    'driver',
    [csvSpec, jsonSpec, jsonlSpec, postgresSpec, httpSpec, merchantSpec, shopifySpec],
    {
      error: (issue) =>
        issue.code === 'invalid_union'
          ? `the driver cannot be told by the fields: say one of ${drivers.join(', ')}.`
          : 'source must have fields, such as path and key.',
    },
  ),
);

export type SourceSpec = z.infer<typeof sourceSpecSchema>;

function withDriver(fields: unknown): unknown {
  if (typeof fields !== 'object' || fields === null || 'driver' in fields) return fields;
  const { format, ...rest } = fields as Record<string, unknown>;
  // The word for it while files were the only sources.
  if (format !== undefined) return { driver: format, ...rest };
  if ('query' in rest) return { driver: 'postgres', ...rest };
  if ('url' in rest) return { driver: 'http', ...rest };
  const ending =
    typeof rest['path'] === 'string' ? /\.([a-z]+)$/i.exec(rest['path'])?.[1]?.toLowerCase() : undefined;
  switch (ending) {
    case 'csv':
    case 'json':
    case 'jsonl':
      return { driver: ending, ...rest };
    case 'ndjson':
      return { driver: 'jsonl', ...rest };
    case 'tsv':
      return { driver: 'csv', delimiter: '\t', ...rest };
    case 'xml':
      return { driver: 'merchant', ...rest };
    default:
      return fields;
  }
}

/** A source by its options. Nothing is opened before its rows are read. */
export function openSource(spec: SourceSpec, context: SourceContext): Source {
  switch (spec.driver) {
    case 'csv':
      return source(csvSource, spec, context);
    case 'json':
      return source(jsonSource, spec, context);
    case 'jsonl':
      return source(jsonlSource, spec, context);
    case 'postgres':
      return source(postgresSource, spec, context);
    case 'http':
      return source(httpSource, spec, context);
    case 'merchant':
      return source(merchantSource, spec, context);
    case 'shopify':
      return source(shopifySource, spec, context);
  }
}

function source<Spec extends SourceSpec>(
  driver: SourceDriver<Spec>,
  spec: Spec,
  context: SourceContext,
): Source {
  return {
    name: driver.name(spec),
    rows: (signal) => checkRecords(driver.records(spec, context, signal), { keyColumn: spec.key, signal }),
  };
}
