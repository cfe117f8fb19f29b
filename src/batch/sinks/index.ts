import { z } from 'zod';
import { adsSinkSpec } from './ads.ts';
import { csvSinkSpec } from './csv.ts';
import { jsonlSinkSpec } from './jsonl.ts';
import { merchantSinkSpec } from './merchant.ts';
import { postgresSinkSpec } from './postgres.ts';
import { webhookSinkSpec } from './webhook.ts';

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
