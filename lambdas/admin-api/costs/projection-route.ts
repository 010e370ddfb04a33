import {
  costCalendar,
  firstOfMonth,
  monthOf,
  projectionFrom,
  projectMonth,
} from '@sgraph-backbone/layer/costs';
import { type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { readSettings } from '@sgraph-backbone/layer/settings';
import type { AdminContext } from '../admin-source.ts';
import { settingsStore } from '../settings/settings-store.ts';
import { finalityOfAll } from './cost-finality.ts';
import { currencyParameter } from './cost-parameters.ts';
import { costFinality, exactText } from './cost-schemas.ts';
import { shownCosts } from './cost-source.ts';
import { readDayAmounts } from './day-amounts.ts';

const query = z.object({
  month: z.string().optional().meta({ description: 'such as 2026-02; without it the month of yesterday' }),
  currency: currencyParameter,
});

const data = z.object({
  month: z.string(),
  currency: z.string(),
  spent: exactText,
  through: z.string().nullable().meta({ description: 'the last day that is known' }),
  projected: exactText
    .nullable()
    .meta({ description: 'what the month will have cost; null: no complete day yet' }),
  low: exactText.nullable().meta({ description: 'four of five such months end between low and high' }),
  high: exactText.nullable(),
  method: z.enum(['weekday', 'daily']).nullable(),
  rate_days: z.int(),
  days_left: z.int(),
  comparison: z
    .object({
      days: z.int(),
      spent: exactText,
      last_month: exactText.nullable(),
      difference: exactText.nullable(),
      percent: z.number().nullable(),
    })
    .meta({ description: 'complete days against the same days of the month before' }),
  budget: z
    .object({
      amount: exactText,
      used_percent: z.number().nullable(),
      forecast_percent: z.number().nullable(),
      exceeded: z.enum(['over', 'likely', 'possible', 'no', 'unknown']),
    })
    .nullable()
    .meta({ description: 'null: costs.monthly_budget_usd is not set' }),
});

const answer = z.object({
  query: z.object({ month: z.string(), currency: z.string() }),
  finality: costFinality,
  data,
});

/** What the month will have cost. */
export function costProjectionRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/costs/projection',
    scope: 'costs:read',
    summary: 'What a month will have cost, with a range, against last month and the budget',
    query,
    answer,
    csv: ({ data: { comparison, budget, ...forecast } }) => ({
      name: `backbone-cost-projection-${forecast.month}`,
      columns: ['measure', 'value'],
      rows: [
        ...Object.entries(forecast),
        ...Object.entries(comparison).map(([name, value]) => [`comparison_${name}`, value] as const),
        ...Object.entries(budget ?? {}).map(([name, value]) => [`budget_${name}`, value] as const),
      ],
    }),
    handle: async ({ query: asked }) => {
      const { currency } = asked;
      const month = costCalendar.canonical(
        'monthly',
        asked.month ?? monthOf(costCalendar.dayOf(now() - DAY)),
      );
      const opened = await source();
      const { monthly_budget_usd: budget } = (await readSettings(settingsStore(opened))).costs;
      const range = { from: projectionFrom(month), to: firstOfMonth(`${month}-01`, 1) };
      const { days, months, gaps } = await readDayAmounts(await shownCosts(opened), range, currency);
      const own = months.filter(({ time_key }) => time_key === month);
      const yesterday = costCalendar.dayOf(now() - DAY);
      return {
        answer: {
          query: { month, currency },
          finality: finalityOfAll(
            own,
            gaps.filter((date) => monthOf(date) === month && date <= yesterday),
          ),
          data: projectMonth({
            month,
            days,
            currency,
            now: now(),
            ...(budget !== undefined && currency === 'USD' && { budget: budget.toFixed(12) }),
          }),
        },
      };
    },
  });
}

const DAY = 86_400_000;
