import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { importAdResults } from '../../actions/import-ad-results.ts';
import { noMatrix, putAdMatrix } from '../../actions/put-ad-matrix.ts';
import { matrixSchema } from '../../contract/ad-matrix.ts';
import {
  adChoiceQuerySchema,
  adChoiceSchema,
  adMatrixStateSchema,
  adParamsSchema,
  adReportQuerySchema,
  adReportSchema,
  adSourceQuerySchema,
  deletedResultsSchema,
  importedResultsSchema,
  newAdResultsSchema,
} from '../../contract/ads.ts';
import { levelsOf } from '../../domain/ads/book.ts';
import { choose } from '../../domain/ads/choose.ts';
import { effectsOf } from '../../domain/ads/effects.ts';
import { readMatrix } from '../../domain/ads/matrix.ts';
import { type AdMetric, countsOf } from '../../domain/ads/metric.ts';
import { nextMatrix } from '../../domain/ads/winners.ts';
import { type AdMatrix, findAdMatrix, lockAds } from '../../store/ad-matrices.ts';
import { deleteAdResults, describeResults, sumByCode } from '../../store/ad-results.ts';
import type { Owner } from '../../store/read-generations.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { presentChoice, presentEffects, presentMatrix, presentSpec } from '../present-ads.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const mostVariants = 1_000;

/** Which ads were made by which plan, what came of them, what that says, and what to show next. */
export function adRoutes(app: OpenAPIHono<Env>, { store }: HttpDeps): void {
  const matrixOf = async (owner: Owner, workflow: string): Promise<AdMatrix> => {
    const matrix = await findAdMatrix(store, owner, workflow);
    if (matrix === undefined) throw noMatrix(workflow);
    return matrix;
  };
  const resultsOf = async (
    owner: Owner,
    matrix: AdMatrix,
    query: {
      workflow: string;
      metric: AdMetric;
      source?: string | undefined;
      from?: string | undefined;
      to?: string | undefined;
    },
  ) => {
    const filter = { workflow: query.workflow, source: query.source, from: query.from, to: query.to };
    const sums = await sumByCode(store, owner, filter);
    const all = sums.map(({ code, ...counts }) => ({
      code,
      counts,
      levels: levelsOf(matrix.book, code),
      ...countsOf[query.metric](counts),
    }));
    // A code of before an axis was there says nothing of that axis.
    const whole = all.filter(({ levels }) => Object.keys(levels).length === matrix.book.length);
    return {
      filter,
      all,
      observations: whole.map(({ levels, trials, successes }) => ({ levels, trials, successes })),
    };
  };

  app.openapi(
    createRoute({
      method: 'put',
      path: '/v1/ads/{workflow}/matrix',
      summary: 'Say which variants a workflow makes: axes and their values',
      operationId: 'putAdMatrix',
      tags: ['Ads'],
      description:
        'Each variant gets a code, such as H2S1C3: the letters of each axis and the number of its value. A code keeps its meaning for good; a matrix that would change one is refused. The same matrix again changes nothing.',
      security: keyNeeded,
      request: { params: adParamsSchema, body: jsonBody(matrixSchema) },
      responses: { 200: json(adMatrixStateSchema, 'The matrix, its codes and variants.'), ...refusals },
    }),
    async (c) => {
      const caller = accountOf(c);
      const { workflow } = c.req.valid('param');
      const spec = c.req.valid('json');
      const matrix = await putAdMatrix(store, { owner: caller, workflow, spec, madeBy: caller.keyId });
      return c.json(presentMatrix(workflow, matrix), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/ads/{workflow}/matrix',
      summary: 'The matrix of a workflow, and what its codes mean',
      operationId: 'getAdMatrix',
      tags: ['Ads'],
      description: '`book` has every value that there ever was, `variants` those of the matrix as it is now.',
      security: keyNeeded,
      request: { params: adParamsSchema },
      responses: { 200: json(adMatrixStateSchema, 'The matrix.'), ...refusals },
    }),
    async (c) => {
      const { workflow } = c.req.valid('param');
      return c.json(presentMatrix(workflow, await matrixOf(accountOf(c), workflow)), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/ads/{workflow}/results',
      summary: 'Tell how ads did: impressions, clicks, conversions, spend',
      operationId: 'importAdResults',
      tags: ['Ads'],
      description:
        'Idempotent for each source, ad and day: the same numbers change nothing, others replace what that source told before. A row that cannot be read is refused by itself, with its reason; the others are taken.',
      security: keyNeeded,
      request: { params: adParamsSchema, body: jsonBody(newAdResultsSchema) },
      responses: { 200: json(importedResultsSchema, 'What became of the rows.'), ...refusals },
    }),
    async (c) => {
      const caller = accountOf(c);
      const { workflow } = c.req.valid('param');
      const { source, currency, rows } = c.req.valid('json');
      const imported = await importAdResults(store, {
        owner: caller,
        workflow,
        source,
        currency,
        rows,
        importedBy: caller.keyId,
      });
      return c.json({ object: 'ad_import' as const, workflow, source, ...imported }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/ads/{workflow}/results',
      summary: 'Take back all that a source has told',
      operationId: 'deleteAdResults',
      tags: ['Ads'],
      description:
        'For an import under a wrong name. What was told stays in the history, and counts no more.',
      security: keyNeeded,
      request: { params: adParamsSchema, query: adSourceQuerySchema },
      responses: { 200: json(deletedResultsSchema, 'How many results that were.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { workflow } = c.req.valid('param');
      const { source } = c.req.valid('query');
      await matrixOf(owner, workflow);
      const deleted = await store.transaction(async (db) => {
        await lockAds(db, owner, workflow);
        return deleteAdResults(db, owner, { workflow, source });
      });
      return c.json({ object: 'ad_results_deleted' as const, workflow, source, deleted }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/ads/{workflow}/report',
      summary: 'What each value does to clicks or conversions, and how sure that is',
      operationId: 'getAdReport',
      tags: ['Ads'],
      description:
        'Effects of single values, told apart from what they were shown with, with intervals. Until both sides of a comparison have had `trials_needed`, the verdict is `not_enough_data`, and `missing_trials` says how many are missing.',
      security: keyNeeded,
      request: { params: adParamsSchema, query: adReportQuerySchema },
      responses: { 200: json(adReportSchema, 'The report.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { workflow } = c.req.valid('param');
      const { metric, source, from, to, lift, confidence, power, ...query } = c.req.valid('query');
      const state = await matrixOf(owner, workflow);
      const matrix = readMatrix(state.spec);
      const against = query.against ?? (matrix.mode === 'one-factor' ? 'base' : 'others');
      const found = await resultsOf(owner, state, { workflow, metric, source, from, to });
      const effects = effectsOf(state.book, found.observations, {
        against,
        base: matrix.base,
        confidence,
        lift,
        power,
      });
      const facts = await describeResults(store, owner, found.filter);
      const sum = (of: (one: (typeof found.all)[number]) => number) =>
        found.all.reduce((total, one) => total + of(one), 0);
      return c.json(
        {
          object: 'ad_report' as const,
          workflow,
          metric,
          against,
          lift,
          confidence,
          power,
          results: {
            sources: facts.sources,
            first_day: facts.firstDay,
            last_day: facts.lastDay,
            impressions: sum(({ counts }) => counts.impressions),
            clicks: sum(({ counts }) => counts.clicks),
            conversions: sum(({ counts }) => counts.conversions),
            spend: facts.spend,
            left_out:
              sum(({ trials }) => trials) -
              found.observations.reduce((total, { trials }) => total + trials, 0),
          },
          ...presentEffects(effects),
          variants: found.all
            .toSorted((a, b) => b.trials - a.trials)
            .slice(0, mostVariants)
            .map(({ code, trials, successes }) => ({
              code,
              trials,
              successes,
              rate: trials === 0 ? null : successes / trials,
            })),
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/ads/{workflow}/choice',
      summary: 'Which ads to show next, and whether the best is found',
      operationId: 'chooseAds',
      tags: ['Ads'],
      description:
        'Thompson sampling: the share of an ad in the next impressions is the probability that it is the best. `next` may name ads that nobody has made yet, and `next_matrix` is what to go on with.',
      security: keyNeeded,
      request: { params: adParamsSchema, query: adChoiceQuerySchema },
      responses: { 200: json(adChoiceSchema, 'The choice.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { workflow } = c.req.valid('param');
      const { metric, source, from, to, open, ...options } = c.req.valid('query');
      const state = await matrixOf(owner, workflow);
      const matrix = readMatrix(state.spec);
      const found = await resultsOf(owner, state, { workflow, metric, source, from, to });
      const choice = choose(state.book, matrix, found.observations, options);
      return c.json(
        {
          object: 'ad_choice' as const,
          workflow,
          metric,
          model: options.model,
          threshold: options.threshold,
          tolerance: options.tolerance,
          ...presentChoice(choice),
          next_matrix: presentSpec(nextMatrix(state.book, matrix, choice.axes, open).spec),
        },
        200,
      );
    },
  );
}
