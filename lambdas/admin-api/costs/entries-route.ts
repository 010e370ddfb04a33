import {
  costCalendar,
  currentVersion,
  entriesOf,
  monthOf,
  readMonth,
  readVersion,
  startOf,
} from '@sgraph-backbone/layer/costs';
import { HttpError, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { exactText, instant } from './cost-schemas.ts';
import { shownCosts } from './cost-source.ts';

const VERSION_FORM = 'a whole number from 1, one of versions';

const query = z.object({
  version: z
    .string()
    .refine((text) => /^[1-9]\d{0,5}$/.test(text), { error: VERSION_FORM })
    .transform(Number)
    .optional()
    .meta({ description: `a reading of that day: ${VERSION_FORM}; without it the one that counts` }),
});

const version = z.object({
  version: z.int(),
  source: z.string(),
  scope: z.string(),
  estimated: z.boolean(),
  first_collected_at: instant,
  collected_at: instant,
  net: z.record(z.string(), exactText),
  difference: z.record(z.string(), exactText).nullable().meta({ description: 'new minus old, by currency' }),
});

const entry = z.object({
  date: z.string(),
  grouping: z
    .enum(['region', 'usage_type', 'apart', 'own'])
    .meta({ description: 'groupings describe the same money: never add them up' }),
  service: z.string(),
  region: z.string().nullable(),
  usage_type: z.string().nullable(),
  record_type: z.enum(['charge', 'credit', 'refund', 'tax']),
  amount: exactText,
  amortized: exactText.nullable(),
  currency: z.string(),
  usage_quantity: exactText.nullable(),
  usage_unit: z.string().nullable(),
  source: z.string(),
  estimated: z.boolean(),
  collected_at: instant,
});

const answer = z.object({
  query: z.object({ date: z.string(), version: z.int().nullable() }),
  data: z.object({ versions: z.array(version), entries: z.array(entry) }),
});

/** What AWS said of a day, each time that it said something else. */
export function costEntriesRoute({ source }: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/costs/entries/{date}',
    scope: 'costs:read',
    summary: 'The raw entries of a UTC day, and every reading of it with its difference',
    query,
    answer,
    csv: ({ query: { date }, data: { entries } }) => ({
      name: `backbone-cost-entries-${date}`,
      columns: Object.keys(entry.shape),
      rows: entries.map((one) => Object.keys(entry.shape).map((name) => one[name as keyof typeof one])),
    }),
    handle: async ({ path, query: asked }) => {
      const date = costCalendar.canonical('daily', path.date);
      startOf(date);
      const data = await shownCosts(await source());
      const versions = (await readMonth(data, monthOf(date)))?.days[date] ?? [];
      const chosen =
        asked.version === undefined
          ? currentVersion(versions)
          : versions.find((one) => one.version === asked.version);
      if (chosen === undefined && asked.version !== undefined)
        throw new HttpError(404, 'not_found', `${date} has no reading ${asked.version}`);
      const entries = chosen === undefined ? [] : entriesOf(await readVersion(data, date, chosen));
      return {
        answer: {
          query: { date, version: chosen?.version ?? null },
          data: {
            versions: versions.map(({ content_hash: _, ...one }) => ({
              ...one,
              net: { ...one.net },
              difference: one.difference === undefined ? null : { ...one.difference },
            })),
            entries: [...entries],
          },
        },
      };
    },
  });
}
