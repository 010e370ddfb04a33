import { costCalendar, costDrivers } from '@sgraph-backbone/layer/costs';
import { type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { limitParameter } from '../parameters.ts';
import { finalityOfCosts } from './cost-finality.ts';
import { currencyParameter } from './cost-parameters.ts';
import { costFinality, costPeriod, exactText } from './cost-schemas.ts';
import { latestCostKey, readKeptRollup, shownCosts } from './cost-source.ts';

const query = z.object({
  period: costPeriod.default('monthly'),
  key: z.string().optional().meta({ description: 'time key such as 2026-02; without it the newest' }),
  currency: currencyParameter,
  limit: limitParameter(20),
});

const answer = z.object({
  query: z.object({ period: costPeriod, key: z.string(), currency: z.string(), limit: z.int() }),
  finality: costFinality,
  data: z.object({
    total_exact: exactText.nullable(),
    entries: z.array(
      z.object({
        service: z.string(),
        usage_type: z.string().nullable(),
        amount: z.number(),
        exact: exactText,
        percent: z.number().nullable().meta({ description: 'of the total' }),
      }),
    ),
  }),
});

/** What costs most. */
export function costDriversRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/costs/drivers',
    scope: 'costs:read',
    summary: 'What costs most, by service and usage type, with its percent of the total',
    query,
    answer,
    csv: ({ query: asked, data }) => ({
      name: `backbone-cost-drivers-${asked.key}`,
      columns: ['service', 'usage_type', 'currency', 'amount', 'percent'],
      rows: data.entries.map((one) => [one.service, one.usage_type, asked.currency, one.exact, one.percent]),
    }),
    handle: async ({ query: { period, key, currency, limit } }) => {
      const data = await shownCosts(await source());
      const newest = key ?? (await latestCostKey(data, period, costCalendar.keyAt(period, now() - RECENT)));
      const time_key = costCalendar.canonical(period, newest ?? costCalendar.keyAt(period, now()));
      const rollup = await readKeptRollup(data, { period, time_key });
      const costs = rollup?.currencies.find((own) => own.currency === currency);
      const entries = costs === undefined ? [] : costDrivers(costs, limit);
      return {
        answer: {
          query: { period, key: time_key, currency, limit },
          finality: finalityOfCosts(rollup, [time_key]),
          data: {
            total_exact: costs?.total ?? null,
            entries: entries.map(({ amount_usd, amount_exact, ...driver }) => ({
              ...driver,
              amount: amount_usd,
              exact: amount_exact,
            })),
          },
        },
        version: rollup?.content_hash,
      };
    },
  });
}

/** The newest roll-up is hardly ever older, ms. */
const RECENT = 40 * 86_400_000;
