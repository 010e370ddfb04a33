import { addDays, findAnomalies, HISTORY_DAYS } from '@sgraph-backbone/layer/costs';
import { malformed, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { readSettings } from '@sgraph-backbone/layer/settings';
import type { AdminContext } from '../admin-source.ts';
import { settingsStore } from '../settings/settings-store.ts';
import { finalityOfAll } from './cost-finality.ts';
import { currencyParameter, dayParameter, rangeOf, shownDay } from './cost-parameters.ts';
import { costFinality, exactText } from './cost-schemas.ts';
import { shownCosts } from './cost-source.ts';
import { readDayAmounts, withServices } from './day-amounts.ts';

const MOST_DAYS = 400;

const query = z.object({
  from: dayParameter('first day, inclusive; without it 30 days before'),
  to: dayParameter('exclusive; without it today'),
  currency: currencyParameter,
});

const anomaly = z.object({
  date: z.string(),
  currency: z.string(),
  amount: exactText,
  expected: exactText.meta({ description: 'median of the days it is compared with' }),
  low: exactText,
  high: exactText,
  difference: exactText,
  direction: z.enum(['above', 'below']),
  services: z
    .array(z.object({ service: z.string(), amount: exactText, expected: exactText, difference: exactText }))
    .meta({ description: 'those that explain most of the difference' }),
  compared_with: z.enum(['weekday', 'days', 'first-of-month']),
  compared_days: z.int(),
});

const answer = z.object({
  query: z.object({ from: z.string(), to: z.string(), currency: z.string(), floor: z.number() }),
  finality: costFinality,
  data: z.object({ entries: z.array(anomaly) }),
});

/** Days out of their own range. */
export function costAnomaliesRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/costs/anomalies',
    scope: 'costs:read',
    summary: 'Days that cost more or less than such days do, and the services that explain it',
    description:
      'A day is compared with the median of the same weekday: it is out of range beyond 3.5 robust standard deviations (MAD), or costs.anomaly_floor_usd of the settings, whichever is more.',
    query,
    answer,
    csv: ({ query: asked, data }) => ({
      name: `backbone-cost-anomalies-${asked.from.slice(0, 10)}-to-${asked.to.slice(0, 10)}`,
      columns: [
        'date',
        'direction',
        'currency',
        'amount',
        'expected',
        'low',
        'high',
        'difference',
        'services',
      ],
      rows: data.entries.map((one) => [
        ...[
          one.date,
          one.direction,
          one.currency,
          one.amount,
          one.expected,
          one.low,
          one.high,
          one.difference,
        ],
        one.services.map(({ service, difference }) => `${service}: ${difference}`).join('; '),
      ]),
    }),
    handle: async ({ query: asked }) => {
      const range = rangeOf(asked, now(), 30);
      if (addDays(range.from, MOST_DAYS) < range.to)
        throw malformed([
          { name: 'from', given: range.from, accepted: `at most ${MOST_DAYS} days before to` },
        ]);
      const opened = await source();
      const floor = (await readSettings(settingsStore(opened))).costs.anomaly_floor_usd;
      const data = await shownCosts(opened);
      const history = { from: addDays(range.from, -HISTORY_DAYS), to: range.to };
      const { currency } = asked;
      const question = { ...range, currency, now: now(), floor: floor.toFixed(12) };
      // Sums of days are in their months; what a day is made of is read only where one stands out.
      const { days, months, gaps } = await readDayAmounts(data, history, currency);
      const found = findAnomalies({ ...question, days });
      const explained = await withServices(data, days, found, currency);
      const entries = found.length === 0 ? [] : findAnomalies({ ...question, days: explained });
      const shown = { from: shownDay(range.from), to: shownDay(range.to), currency, floor };
      const own = gaps.filter((date) => date >= range.from);
      return {
        answer: {
          query: shown,
          finality: finalityOfAll(months, own),
          data: { entries: entries.map((one) => ({ ...one, services: [...one.services] })) },
        },
      };
    },
  });
}
