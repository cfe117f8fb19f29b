import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type HostedConfig, hostedFaults, hostedOf, hostedSettings } from './config/hosted-engines.ts';
import {
  type OwnEnginesConfig,
  ownEngineFaults,
  ownEngineSettings,
  ownEnginesOf,
} from './config/own-engines.ts';
import {
  type WorkflowVariable,
  workflowEnvFaults,
  workflowEnvOf,
  workflowEnvSetting,
} from './config/workflow-env.ts';
import { rehearsalsInFlight } from './domain/batch.ts';
import { AppError } from './domain/errors.ts';
import { type PriceBookName, priceBookNames } from './domain/price-book.ts';

/** Everything that the environment decides, read once. Nothing else reads `process.env`. */
export interface Config {
  /** Where data lives unless the settings below say otherwise; absolute. */
  home: string;
  host: string;
  port: number;
  /** Base of every absolute link, without a slash at the end. Absent: http://localhost and the port. */
  publicUrl: string | undefined;
  /** Absent: the embedded PostgreSQL below `home`. */
  databaseUrl: string | undefined;
  /** Private origins that references may come from. */
  trustedOrigins: string[];
  /** What workflows that run on this server may use of the environment. */
  workflowEnv: WorkflowVariable[];
  ffmpegPath: string | undefined;
  /** A language model behind an OpenAI-compatible chat endpoint. Absent: the grammar alone reads prompts. */
  planner: { baseUrl: string; model: string; apiKey?: string } | undefined;
  /** The SMTP server that alerts leave by, and who they are from. Absent: they stay where they are. */
  mail: { smtpUrl: string; from: string } | undefined;
  /** A background remover that the user installed; asked for products that Kinora cannot cut out. Absent: none is. */
  backgroundRemoval: 'imgly' | undefined;
  /** Where the provider of the simulated engine runs, for servers on several machines. Absent: one of our own. */
  simulatedUrl: string | undefined;
  /** The engines of providers, each where its key is set. */
  hosted: HostedConfig;
  /** Open models on the operator's own machines, each where its servers are set. */
  own: OwnEnginesConfig;
  /** Absent: a key of our own, kept in `home`. */
  operatorKey: string | undefined;
  localPriceBook: PriceBookName;
  localSlots: number;
  signupCredits: number;
  testCredits: number;
  /** How many rehearsals of an account wait in line or are made at once. */
  rehearsalsInFlight: number;
  /** Absent: credits come from the operator alone. */
  stripe: { secretKey: string; webhookSecret: string } | undefined;
  /** A JSON file of what is sold; absent: the standard packs. */
  packsPath: string | undefined;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
}

const origin = z
  .string()
  .refine((text) => URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text), {
    error: (issue) =>
      `"${String(issue.input)}" is not an origin: write scheme, host and port only, such as http://10.0.0.5:9000.`,
  });

const wholeNumber = (least: number, most: number) =>
  z.coerce
    .number({ error: 'must be a whole number' })
    .int({ error: 'must be a whole number' })
    .min(least, { error: `must be at least ${least}` })
    .max(most, { error: `must be at most ${most}` });

const hasNoLogin = (text: string) => {
  const { username = '', password = '' } = URL.parse(text) ?? {};
  return username === '' && password === '';
};

const environment = z.object({
  KINORA_HOME: z.string().min(1).default('.kinora'),
  KINORA_HOST: z.string().min(1).default('127.0.0.1'),
  KINORA_PORT: wholeNumber(0, 65_535).default(4700),
  KINORA_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'must begin with postgres://' })
    .optional(),
  KINORA_TRUSTED_ORIGINS: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
    .pipe(z.array(origin))
    .default([]),
  KINORA_WORKFLOW_ENV: workflowEnvSetting,
  KINORA_FFMPEG: z.string().min(1).optional(),
  KINORA_PLANNER_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
    .refine(hasNoLogin, { error: 'must hold no user name or password: put the key in KINORA_PLANNER_KEY' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  KINORA_PLANNER_MODEL: z.string().min(1).optional(),
  KINORA_PLANNER_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, {
      error: 'must be visible ASCII characters without spaces, as a header can carry',
    })
    .optional(),
  SMTP_URL: z
    .string()
    .refine((text) => /^smtps?:\/\/./.test(text) && URL.canParse(text), {
      error: 'must be the address of an SMTP server, such as smtps://user:password@mail.example.com',
    })
    .optional(),
  KINORA_MAIL_FROM: z
    .string()
    .regex(/^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, {
      error: 'must be an address such as Kinora <kinora@example.com>',
    })
    .optional(),
  KINORA_BACKGROUND_REMOVAL: z.enum(['imgly'], { error: 'must be imgly, or unset' }).optional(),
  KINORA_SIMULATED_URL: origin.optional(),
  ...hostedSettings,
  ...ownEngineSettings,
  KINORA_OPERATOR_KEY: z
    .string()
    .min(20, { error: 'must have at least 20 characters: it opens everything' })
    .optional(),
  KINORA_LOCAL_PRICE_BOOK: z
    .enum(priceBookNames as [PriceBookName, ...PriceBookName[]], {
      error: `must be one of ${priceBookNames.join(', ')}`,
    })
    .default('free'),
  KINORA_LOCAL_SLOTS: wholeNumber(1, 256).optional(),
  KINORA_SIGNUP_CREDITS: wholeNumber(0, 1_000_000_000).default(50),
  KINORA_TEST_CREDITS: wholeNumber(0, 1_000_000_000).default(10_000),
  KINORA_REHEARSALS_IN_FLIGHT: wholeNumber(1, 10_000).default(rehearsalsInFlight),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(live|test)_[A-Za-z0-9]+$/, {
      error: 'must begin with sk_live_, sk_test_, rk_live_ or rk_test_',
    })
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[\x21-\x7e]+$/, { error: 'must begin with whsec_' })
    .optional(),
  KINORA_PACKS: z.string().min(1).optional(),
  KINORA_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], { error: 'must be debug, info, warn or error' })
    .default('info'),
});

/** Throws one AppError that names every setting at fault. An empty value counts as unset. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  const faults = [
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path[0]?.toString()}: ${issue.message}`),
    ...plannerFaults(set),
    ...stripeFaults(set),
    ...hostedFaults(set),
    ...ownEngineFaults(set),
    ...workflowEnvFaults(set, Object.keys(environment.shape)),
  ];
  if (!parsed.success || faults.length > 0)
    throw new AppError('invalid_request', `The environment cannot be used. ${faults.join('; ')}.`);
  const values = parsed.data;
  return {
    home: resolve(values.KINORA_HOME),
    host: values.KINORA_HOST,
    port: values.KINORA_PORT,
    publicUrl: values.KINORA_PUBLIC_URL,
    databaseUrl: values.DATABASE_URL,
    trustedOrigins: values.KINORA_TRUSTED_ORIGINS,
    workflowEnv: workflowEnvOf(set),
    ffmpegPath: values.KINORA_FFMPEG,
    planner: plannerOf(values),
    mail: mailOf(values),
    backgroundRemoval: values.KINORA_BACKGROUND_REMOVAL,
    simulatedUrl: values.KINORA_SIMULATED_URL,
    hosted: hostedOf(values),
    own: ownEnginesOf(values),
    operatorKey: values.KINORA_OPERATOR_KEY,
    localPriceBook: values.KINORA_LOCAL_PRICE_BOOK,
    localSlots: values.KINORA_LOCAL_SLOTS ?? Math.max(1, Math.floor(availableParallelism() / 2)),
    signupCredits: values.KINORA_SIGNUP_CREDITS,
    testCredits: values.KINORA_TEST_CREDITS,
    rehearsalsInFlight: values.KINORA_REHEARSALS_IN_FLIGHT,
    stripe: stripeOf(values),
    packsPath: values.KINORA_PACKS === undefined ? undefined : resolve(values.KINORA_PACKS),
    logLevel: values.KINORA_LOG_LEVEL,
  };
}

/** What is wrong between settings; said together with what is wrong in each. */
function plannerFaults(set: Record<string, string | undefined>): string[] {
  const { KINORA_PLANNER_URL: url, KINORA_PLANNER_MODEL: model, KINORA_PLANNER_KEY: key } = set;
  if (url === undefined)
    return model === undefined && key === undefined
      ? []
      : ['KINORA_PLANNER_URL: must be set for KINORA_PLANNER_MODEL or KINORA_PLANNER_KEY to mean anything'];
  return model === undefined ? ['KINORA_PLANNER_MODEL: must be set with KINORA_PLANNER_URL'] : [];
}

function plannerOf(values: z.infer<typeof environment>): Config['planner'] {
  const { KINORA_PLANNER_URL: baseUrl, KINORA_PLANNER_MODEL: model, KINORA_PLANNER_KEY: apiKey } = values;
  if (baseUrl === undefined || model === undefined) return undefined;
  return { baseUrl, model, ...(apiKey === undefined ? {} : { apiKey }) };
}

function mailOf(values: z.infer<typeof environment>): Config['mail'] {
  const { SMTP_URL: smtpUrl, KINORA_MAIL_FROM: from, KINORA_PUBLIC_URL: publicUrl } = values;
  if (smtpUrl === undefined) return undefined;
  const host = publicUrl === undefined ? 'localhost' : new URL(publicUrl).hostname;
  return { smtpUrl, from: from ?? `Kinora <kinora@${host}>` };
}

/** Without the second of them a payment would be taken and never be heard of. */
function stripeFaults(set: Record<string, string | undefined>): string[] {
  const names = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'];
  const missing = names.filter((name) => set[name] === undefined);
  return missing.length === 1 ? [`${missing[0]}: must be set too; payments need ${names.join(' and ')}`] : [];
}

function stripeOf(values: z.infer<typeof environment>): Config['stripe'] {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret } = values;
  return secretKey === undefined || webhookSecret === undefined ? undefined : { secretKey, webhookSecret };
}
