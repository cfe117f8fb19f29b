import { z } from 'zod';
import { adsSink, adsSinkSpec } from './ads.ts';
import { csvSink, csvSinkSpec } from './csv.ts';
import { jsonlSink, jsonlSinkSpec } from './jsonl.ts';
import { merchantSink, merchantSinkSpec } from './merchant.ts';
import { postgresSink, postgresSinkSpec } from './postgres.ts';
import type { Sink, SinkContext } from './sink.ts';
import { webhookSink, webhookSinkSpec } from './webhook.ts';

const drivers = ['csv', 'jsonl', 'postgres', 'webhook', 'merchant', 'ads'] as const;

/** One entry of `sink:` of a workflow file. The driver is told by the fields or the file's ending, unless `driver` says. */
export const sinkSpecSchema = z.preprocess(
  withDriver,
  z.discriminatedUnion(
    'driver',
    [csvSinkSpec, jsonlSinkSpec, postgresSinkSpec, webhookSinkSpec, merchantSinkSpec, adsSinkSpec],
    {
      error: (issue) =>
        issue.code === 'invalid_union'
          ? `the driver cannot be told by the fields: say one of ${drivers.join(', ')}.`
          : 'a sink must have fields, such as driver and path.',
    },
  ),
);

export type SinkSpec = z.infer<typeof sinkSpecSchema>;

function withDriver(fields: unknown): unknown {
  if (typeof fields !== 'object' || fields === null || 'driver' in fields) return fields;
  if ('update' in fields) return { driver: 'postgres', ...fields };
  if ('url' in fields) return { driver: 'webhook', ...fields };
  if ('folder' in fields) return { driver: 'ads', ...fields };
  const path = 'path' in fields && typeof fields.path === 'string' ? fields.path : '';
  switch (/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase()) {
    case 'csv':
      return { driver: 'csv', ...fields };
    case 'jsonl':
    case 'ndjson':
      return { driver: 'jsonl', ...fields };
    case 'xml':
    case 'tsv':
      return { driver: 'merchant', ...fields };
    default:
      return fields;
  }
}

/** A sink by its options. Throws an AppError for those that can be known to be wrong before anything is written. */
export function openSink(spec: SinkSpec, context: SinkContext): Sink {
  switch (spec.driver) {
    case 'csv':
      return csvSink(spec, context);
    case 'jsonl':
      return jsonlSink(spec, context);
    case 'postgres':
      return postgresSink(spec, context);
    case 'webhook':
      return webhookSink(spec, context);
    case 'merchant':
      return merchantSink(spec, context);
    case 'ads':
      return adsSink(spec, context);
  }
}
