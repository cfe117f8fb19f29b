import { resolve } from 'node:path';
import { z } from 'zod';
import { type PriceBookName, priceBookNames } from '../domain/price-book.ts';
import type { PoolServer } from '../domain/server-pool.ts';

/** Open models on the operator's own machines; each engine appears only where its servers are set. */
export interface OwnEnginesConfig {
  videos:
    | { servers: PoolServer[]; preset: string; key: string | undefined; priceBook: PriceBookName }
    | undefined;
  comfyui: { servers: PoolServer[]; workflowPath: string; priceBook: PriceBookName } | undefined;
}

const mostServers = 200;

/** One entry of a list of servers: an origin, and after a star how many jobs it may have at once. */
const serverPattern = /^(https?:\/\/[^*]+)(?:\*([1-9]\d{0,2}))?$/;

const servers = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .pipe(
    z
      .array(
        z.string().transform((text, context) => {
          const [, origin = '', slots = '1'] = serverPattern.exec(text) ?? [];
          if (URL.canParse(origin) && new URL(origin).origin === origin)
            return { origin, slots: Number(slots) } satisfies PoolServer;
          context.addIssue({
            code: 'custom',
            message: `"${text}" is not a server: write scheme, host and port, and after a star how many jobs it may have at once, such as http://10.0.0.5:8091*2`,
          });
          return z.NEVER;
        }),
      )
      .min(1, { error: 'must name a server' })
      .max(mostServers, { error: `must name at most ${mostServers} servers` })
      .refine((list) => new Set(list.map(({ origin }) => origin)).size === list.length, {
        error: 'must name each server once',
      }),
  );

const priceBook = z
  .enum(priceBookNames as [PriceBookName, ...PriceBookName[]], {
    error: `must be one of ${priceBookNames.join(', ')}`,
  })
  .default('published');

/** The settings of these engines, for the schema of the environment. */
export const ownEngineSettings = {
  KINORA_VIDEOS_URLS: servers.optional(),
  KINORA_VIDEOS_PRESET: z.string().default('minimax-h3'),
  KINORA_VIDEOS_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, {
      error: 'must be visible ASCII characters without spaces, as a header can carry',
    })
    .optional(),
  KINORA_VIDEOS_PRICE_BOOK: priceBook,
  KINORA_COMFYUI_URLS: servers.optional(),
  KINORA_COMFYUI_WORKFLOW: z.string().min(1).optional(),
  KINORA_COMFYUI_PRICE_BOOK: priceBook,
};

const environment = z.object(ownEngineSettings);

/** Settings that say nothing without others; said together with what is wrong in each. */
export function ownEngineFaults(set: Record<string, string | undefined>): string[] {
  const faults = ['VIDEOS', 'COMFYUI'].flatMap((engine) =>
    set[`KINORA_${engine}_URLS`] === undefined
      ? Object.keys(set)
          .filter((name) => name.startsWith(`KINORA_${engine}_`))
          .map((name) => `${name}: means nothing without KINORA_${engine}_URLS`)
      : [],
  );
  if (set['KINORA_COMFYUI_URLS'] !== undefined && set['KINORA_COMFYUI_WORKFLOW'] === undefined)
    faults.push(
      'KINORA_COMFYUI_WORKFLOW: must be set with KINORA_COMFYUI_URLS: the file of the workflow to run',
    );
  return faults;
}

export function ownEnginesOf(values: z.infer<typeof environment>): OwnEnginesConfig {
  const { KINORA_VIDEOS_URLS: videos, KINORA_COMFYUI_URLS: comfyui } = values;
  const { KINORA_COMFYUI_WORKFLOW: workflow } = values;
  return {
    videos:
      videos === undefined
        ? undefined
        : {
            servers: videos,
            preset: values.KINORA_VIDEOS_PRESET,
            key: values.KINORA_VIDEOS_KEY,
            priceBook: values.KINORA_VIDEOS_PRICE_BOOK,
          },
    comfyui:
      comfyui === undefined || workflow === undefined
        ? undefined
        : {
            servers: comfyui,
            workflowPath: resolve(workflow),
            priceBook: values.KINORA_COMFYUI_PRICE_BOOK,
          },
  };
}
