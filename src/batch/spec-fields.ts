import { z } from 'zod';

/** A text of a workflow file that must say something. */
export const text = (field: string) =>
  z.string({ error: `${field} must be a text.` }).min(1, { error: `${field} must not be empty.` });

export const flag = (field: string) => z.boolean({ error: `${field} must be true or false.` }).default(false);

export const wholeNumber = (field: string, least: number, most: number) => {
  const error = `${field} must be a whole number from ${least} to ${most}.`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

/** Secrets stand in the environment; a workflow file names the variable. */
export const environmentName = (field: string) =>
  z.string({ error: `${field} must name a variable of the environment.` }).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
    error: `${field} must be the name of a variable of the environment, such as SHOP_DATABASE_URL, not its value.`,
  });

export const webAddress = (field: string) =>
  z.url({ protocol: /^https?$/, error: `${field} must be an http(s) URL.` });

/** Values may hold `${NAME}`, which stands for that variable of the environment. */
export const headers = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, { error: 'headers: a name holds a sign that no header has.' }),
    z.string({ error: 'headers must have texts as values.' }).regex(/^[\t\x20-\x7e]*$/, {
      error: 'headers: a value holds a line break or a letter beyond ASCII.',
    }),
  )
  .default({});

/** A flag that stays as it is where nothing is said. */
export const setting = (name: string) => z.boolean({ error: `${name} must be true or false.` }).optional();
