import * as z from 'zod';

const TAG_FORM = 'a cost-allocation tag as key=value, such as project=send';
const ACCOUNT_FORM = 'the 12 digits of an account';
const CALLS_FORM = 'a whole number from 1 to 1,000';
const DOLLARS_FORM = 'US dollars above 0';

const tag = () =>
  z
    .string({ error: TAG_FORM })
    .regex(/^[^=\s][^=]{0,127}=.{1,256}$/, TAG_FORM)
    .optional();

/** Which costs are the site's, and what is worth telling somebody about. */
export const costSettings = z
  .strictObject(
    {
      /** Linked accounts whose costs are read; none: all that the credentials see. */
      accounts: z
        .array(z.string({ error: ACCOUNT_FORM }).regex(/^\d{12}$/, ACCOUNT_FORM), {
          error: 'a list of accounts',
        })
        .max(100, 'at most 100 accounts')
        .default([]),
      /** Only what carries this tag. */
      tag: tag(),
      /** What carries this one is Backbone's own share. */
      own_tag: tag(),
      /** Calls of Cost Explorer in a UTC day, at $0.01 each. */
      calls_per_day: z.int({ error: CALLS_FORM }).min(1, CALLS_FORM).max(1_000, CALLS_FORM).default(10),
      /** What the forecast of a month is compared with. */
      monthly_budget_usd: z.number({ error: DOLLARS_FORM }).positive(DOLLARS_FORM).optional(),
      /** A day that is less than this away from what is usual is no anomaly. */
      anomaly_floor_usd: z.number({ error: DOLLARS_FORM }).positive(DOLLARS_FORM).default(1),
    },
    {
      error: 'an object with accounts, tag, own_tag, calls_per_day, monthly_budget_usd and anomaly_floor_usd',
    },
  )
  .default({ accounts: [], calls_per_day: 10, anomaly_floor_usd: 1 });

export type CostSettings = z.output<typeof costSettings>;
