import { z } from 'zod';

/** How a provider is reached; each engine appears only where its key is set. */
export interface HostedConfig {
  fal: HostedEngineConfig | undefined;
  ark: (HostedEngineConfig & { site: ArkSite; model: string | undefined }) | undefined;
  replicate: HostedEngineConfig | undefined;
}

export interface HostedEngineConfig {
  key: string;
  /** An exact origin instead of the provider's own, such as a proxy. It may be private, and outputs may come from it. */
  origin: string | undefined;
  /** How many jobs the provider works on at once for this key. */
  slots: number;
}

export const arkSites = ['byteplus', 'volcengine'] as const;

export type ArkSite = (typeof arkSites)[number];

const secret = z.string().regex(/^[\x21-\x7e]+$/, {
  error: 'must be visible ASCII characters without spaces, as a header can carry',
});

const origin = z
  .string()
  .refine((text) => URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text), {
    error: 'must be an origin: scheme, host and port only, such as https://proxy.example.com',
  });

const slots = (usual: number) =>
  z.coerce
    .number({ error: 'must be a whole number' })
    .int({ error: 'must be a whole number' })
    .min(1, { error: 'must be at least 1' })
    .max(10_000, { error: 'must be at most 10000' })
    .default(usual);

/** The settings of hosted engines, for the schema of the environment. */
export const hostedSettings = {
  FAL_KEY: secret.optional(),
  KINORA_FAL_URL: origin.optional(),
  KINORA_FAL_SLOTS: slots(40),
  ARK_API_KEY: secret.optional(),
  KINORA_ARK_SITE: z.enum(arkSites, { error: `must be ${arkSites.join(' or ')}` }).default('byteplus'),
  KINORA_ARK_URL: origin.optional(),
  KINORA_ARK_MODEL: z
    .string()
    .regex(/^[\w.-]{1,100}$/, { error: 'must be a model or endpoint id, such as ep-20261101-abcde' })
    .optional(),
  KINORA_ARK_SLOTS: slots(10),
  REPLICATE_API_TOKEN: secret.optional(),
  KINORA_REPLICATE_URL: origin.optional(),
  KINORA_REPLICATE_SLOTS: slots(40),
};

const environment = z.object(hostedSettings);

/** Settings that say nothing without their key; said together with what is wrong in each. */
export function hostedFaults(set: Record<string, string | undefined>): string[] {
  const keys = { FAL: 'FAL_KEY', ARK: 'ARK_API_KEY', REPLICATE: 'REPLICATE_API_TOKEN' };
  return Object.entries(keys).flatMap(([engine, key]) =>
    set[key] === undefined
      ? Object.keys(set)
          .filter((name) => name.startsWith(`KINORA_${engine}_`))
          .map((name) => `${name}: means nothing without ${key}`)
      : [],
  );
}

export function hostedOf(values: z.infer<typeof environment>): HostedConfig {
  const { FAL_KEY: fal, ARK_API_KEY: ark, REPLICATE_API_TOKEN: replicate } = values;
  return {
    fal:
      fal === undefined
        ? undefined
        : { key: fal, origin: values.KINORA_FAL_URL, slots: values.KINORA_FAL_SLOTS },
    ark:
      ark === undefined
        ? undefined
        : {
            key: ark,
            origin: values.KINORA_ARK_URL,
            slots: values.KINORA_ARK_SLOTS,
            site: values.KINORA_ARK_SITE,
            model: values.KINORA_ARK_MODEL,
          },
    replicate:
      replicate === undefined
        ? undefined
        : { key: replicate, origin: values.KINORA_REPLICATE_URL, slots: values.KINORA_REPLICATE_SLOTS },
  };
}
