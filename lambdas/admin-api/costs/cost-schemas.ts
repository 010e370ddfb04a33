import { schema as z } from '@sgraph-backbone/layer/runtime';

const instant = z.int().meta({ description: 'epoch milliseconds' });
const dollars = z
  .number()
  .nullable()
  .meta({ description: 'US dollars, the nearest number; exact has the text' });
const exactText = z.string().meta({ description: 'a decimal, exact to the last digit' });
const amounts = z.record(z.string(), exactText).meta({ description: 'by currency' });
const side = z.enum(['final', 'partial', 'unknown']);
const numbers = z.record(z.string(), z.number());
const exacts = z.record(z.string(), exactText);

export const costPeriod = z.enum(['daily', 'weekly', 'monthly']);

const costSide = z.object({
  status: side,
  estimated: z.boolean().meta({ description: 'AWS’s own flag, of any day' }),
  collected_at: instant.nullable().meta({ description: 'the oldest of the last readings of its days' }),
  sources: z.array(z.string()).meta({ description: 'demo, cost-explorer, focus, cur' }),
  scopes: z.array(z.string()),
  gaps: z.array(z.string()).meta({ description: 'days of which nothing is known' }),
  days: z.int(),
});

const trafficSide = z.object({
  status: side,
  feeds: z.array(z.string()),
  total_requests: z.int().nullable(),
  total_transfers: z.int().nullable(),
  transfers_from: z.array(z.string()).meta({ description: 'application, or logs' }),
  unique_visitors: z.int().nullable(),
  visitor_days: z.int().nullable(),
  visitors_bound: z.enum(['exact', 'upper']),
  gaps: z.array(z.string()),
});

const restated = z
  .object({ at: instant, reason: z.enum(['late-data', 'source']), difference: amounts })
  .nullable();

/** How settled the two sides of a number are. */
export const costFinality = z.object({
  status: z.enum(['partial', 'final']),
  estimated: z.boolean(),
  computed_at: instant.nullable(),
  revision: z.int().nullable(),
  restated,
  cost: side,
  collected_at: instant.nullable(),
  sources: z.array(z.string()),
  traffic: side,
  gaps: z.array(z.string()).meta({ description: 'days of which no costs are known' }),
  traffic_gaps: z.array(z.string()).meta({ description: 'days of which no traffic is known' }),
});

export const costDriver = z.object({
  service: z.string(),
  usage_type: z.string().nullable(),
  amount_usd: z.number(),
  amount_exact: exactText,
  percent: z.number().nullable().meta({ description: 'of the total' }),
});

const units = {
  cost_per_request: z.number().nullable(),
  cost_per_transfer: z.number().nullable(),
  cost_per_active_user: z.number().nullable().meta({ description: 'of a day; null above' }),
  cost_per_visitor_day: z.number().nullable(),
};

const exactCosts = z.object({
  total_cost: exactText,
  amortized_cost: exactText.nullable(),
  credits: exactText,
  refunds: exactText,
  tax: exactText,
  net_cost: exactText,
  own_cost: exactText.nullable(),
  cost_by_service: exacts,
  cost_by_region: exacts,
  cost_per_request: exactText.nullable(),
  cost_per_transfer: exactText.nullable(),
  cost_per_active_user: exactText.nullable(),
  cost_per_visitor_day: exactText.nullable(),
});

/** Schema C of the predecessor and what it lacked. */
export const flatCosts = z.object({
  period: costPeriod,
  window_type: costPeriod.meta({ description: 'the predecessor’s name of period' }),
  time_key: z.string(),
  window_start: instant,
  window_end: instant,
  status: z.enum(['partial', 'final']),
  estimated: z.boolean(),
  revision: z.int(),
  restated,
  computed_at: instant.nullable(),
  currency: z.literal('USD'),
  total_cost_usd: dollars.meta({ description: 'charges: without credits, refunds and tax' }),
  amortized_cost_usd: dollars,
  credits_usd: dollars,
  refunds_usd: dollars,
  tax_usd: dollars,
  net_cost_usd: dollars.meta({ description: 'what AWS bills: charges, credits, refunds and tax' }),
  own_cost_usd: dollars.meta({ description: 'Backbone’s own share by its tag; null: not asked for' }),
  cost_by_service: numbers,
  cost_by_region: numbers,
  top_cost_drivers: z.array(costDriver),
  total_requests: z.int().nullable(),
  total_transfers: z.int().nullable(),
  unique_visitors: z.int().nullable(),
  visitor_days: z.int().nullable(),
  ...units,
  cost: costSide,
  traffic: trafficSide,
  ratio_days: z
    .object({ requests: z.int(), transfers: z.int(), visitors: z.int() })
    .meta({ description: 'days that ratios are made of: those on which both sides are known' }),
  exact: exactCosts.nullable(),
  other_currencies: z.array(
    z.object({
      currency: z.string(),
      total_cost: z.number(),
      exact: exactCosts,
      cost_by_service: numbers,
      cost_by_region: numbers,
      ...units,
    }),
  ),
});

export { exactText, instant };
