import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { failureQuerySchema, failureReportSchema } from '../../contract/failures.ts';
import { type UsageReport, usageQuerySchema, usageReportSchema } from '../../contract/usage.ts';
import { adviceOn } from '../../domain/failure-advice.ts';
import { judgeFailures } from '../../domain/systematic-failure.ts';
import { type FailureGroup, readFailures } from '../../store/read-failures.ts';
import { readUsage, type UsageFigures } from '../../store/read-usage.ts';
import { requireOperator } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { reportFilter } from '../report-filter.ts';
import { json, refusals } from './answers.ts';

const anyKey = [{ key: [] }, { operator: [] }];

/** What was made, for how much, how fast, and what goes wrong again and again. */
export function usageRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/usage',
      summary: 'Credits, seconds, counts, times and failure reasons, by day or by what you choose',
      operationId: 'getUsage',
      tags: ['Reports'],
      description:
        'Charged is after refunds. A generation counts on the day on which it was submitted, in the time zone of the account.',
      security: anyKey,
      request: { query: usageQuerySchema },
      responses: { 200: json(usageReportSchema, 'The groups and their total.'), ...refusals },
    }),
    async (c) => {
      const query = c.req.valid('query');
      if (query.group_by === 'account') requireOperator(c);
      const { filter, timeZone } = await reportFilter(c, deps.store, query);
      const { groups, truncated, total } = await readUsage(deps.store, filter, {
        by: query.group_by,
        timeZone,
      });
      return c.json(
        {
          object: 'usage' as const,
          from: filter.from.toISOString(),
          to: filter.to.toISOString(),
          time_zone: timeZone,
          group_by: query.group_by,
          groups: groups.map((row) => ({ group: row.group, name: row.name, ...present(row) })),
          truncated,
          total: present(total),
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/usage/failures',
      summary: 'What goes wrong, grouped, and which of it is systematic',
      operationId: 'getFailures',
      tags: ['Reports'],
      description:
        'Also failures that a retry made good. A group is systematic if it is a large share of what its engine, workflow, tag or reference made.',
      security: anyKey,
      request: { query: failureQuerySchema },
      responses: { 200: json(failureReportSchema, 'The groups, most frequent first.'), ...refusals },
    }),
    async (c) => {
      const { filter, timeZone } = await reportFilter(c, deps.store, c.req.valid('query'));
      const groups = await readFailures(deps.store, filter);
      return c.json(
        {
          object: 'failure_report' as const,
          from: filter.from.toISOString(),
          to: filter.to.toISOString(),
          time_zone: timeZone,
          groups: groups.map(presentFailures),
        },
        200,
      );
    },
  );
}

function present(figures: UsageFigures): UsageReport['total'] {
  return {
    generations: figures.generations,
    counts: { waiting: figures.waiting, processing: figures.processing, ...figures.outcomes },
    credits: { charged: figures.charged, held: figures.held, refunded: figures.refunded },
    seconds_delivered: rounded(figures.secondsDelivered),
    queue_seconds: { p50: orNull(figures.queueP50), p95: orNull(figures.queueP95) },
    processing_seconds: { p50: orNull(figures.processingP50), p95: orNull(figures.processingP95) },
    failures: figures.failures,
  };
}

function presentFailures(group: FailureGroup) {
  const { systematic, concentration } = judgeFailures(group.count, group.candidates);
  return {
    engine: group.engine,
    code: group.code,
    pattern: group.pattern,
    example: group.example,
    count: group.count,
    generations: group.generations,
    retried_successfully: group.retriedSuccessfully,
    attempts_of_engine: group.attemptsOfEngine,
    share: Number((group.count / group.attemptsOfEngine).toFixed(4)),
    first_seen: group.firstSeen.toISOString(),
    last_seen: group.lastSeen.toISOString(),
    sample_generation_ids: [...new Set(group.recent)].slice(0, 3),
    systematic,
    concentration:
      concentration === undefined
        ? null
        : { ...concentration, share: Number((concentration.failures / concentration.attempts).toFixed(4)) },
    advice: adviceOn(group.code),
  };
}

const rounded = (value: number) => Number(value.toFixed(3));

const orNull = (value: number | null) => (value === null ? null : rounded(value));
