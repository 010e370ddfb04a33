import {
  addDays,
  costCalendar,
  daysBetween,
  firstOfMonth,
  moneyText,
  PRICE_OF_CALL,
  parseMoney,
  readCalls,
  readCollectorState,
} from '@sgraph-backbone/layer/costs';
import { HttpError, malformed, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { readSettings } from '@sgraph-backbone/layer/settings';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { auditedCollection } from '../../collect-costs/audited-collection.ts';
import { CollectionFailed } from '../../collect-costs/collection-failed.ts';
import type { AdminContext } from '../admin-source.ts';
import { actorOf } from '../pipeline/correction-routes.ts';
import type { Operations } from '../pipeline/queued-routes.ts';
import { settingsStore } from '../settings/settings-store.ts';
import { dayParameter } from './cost-parameters.ts';
import { exactText, instant } from './cost-schemas.ts';

const run = z.object({
  at: instant,
  finished_at: instant,
  outcome: z.enum(['done', 'failed']),
  from: z.string(),
  to: z.string().meta({ description: 'exclusive' }),
  calls: z.int().meta({ description: 'of Cost Explorer, as far as they are billed' }),
  days: z.int(),
  changed: z.int().meta({ description: 'days whose costs are other ones now' }),
});

const collector = z.object({
  mark: z.string().nullable().meta({ description: 'the last UTC day through which every day has been read' }),
  last_run: run.nullable(),
  last_success_at: instant.nullable(),
  last_error: z.object({ at: instant, code: z.string(), message: z.string() }).nullable(),
  calls: z.object({
    today: z.int(),
    this_month: z.int(),
    per_day: z.int().meta({ description: 'costs.calls_per_day of the settings: more are refused' }),
  }),
  spend_usd: z
    .object({ today: exactText, this_month: exactText, per_call: exactText })
    .meta({ description: 'what asking has cost' }),
});

/** Where the collector stands, and a run of it. */
export function collectorRoutes(context: AdminContext, operations: Operations | undefined): Route[] {
  return [stateRoute(context), collectRoute(context, operations)];
}

function stateRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/costs/collector',
    scope: 'costs:read',
    summary: 'Through which day costs are read, what reading them has cost, and what went wrong last',
    answer: z.object({ data: collector }),
    csv: ({ data: { last_run, last_error, calls, spend_usd, mark, last_success_at } }) => ({
      name: 'backbone-cost-collector',
      columns: ['measure', 'value'],
      rows: [
        ['mark', mark],
        ['last_success_at', last_success_at],
        ...Object.entries(last_run ?? {}).map(([name, value]) => [`last_run_${name}`, value] as const),
        ...Object.entries(last_error ?? {}).map(([name, value]) => [`last_error_${name}`, value] as const),
        ...Object.entries(calls).map(([name, value]) => [`calls_${name}`, value] as const),
        ...Object.entries(spend_usd).map(([name, value]) => [`spend_usd_${name}`, value] as const),
      ],
    }),
    handle: async () => {
      const data = settingsStore(await source());
      const { open: _, ...state } = await readCollectorState(data);
      const today = costCalendar.dayOf(now());
      const counts = await callsOfMonth(data, today);
      const { calls_per_day: per_day } = (await readSettings(data)).costs;
      const calls = { today: counts.at(-1)!, this_month: counts.reduce((sum, count) => sum + count, 0) };
      return {
        answer: {
          data: {
            ...state,
            calls: { ...calls, per_day },
            spend_usd: {
              today: spend(calls.today),
              this_month: spend(calls.this_month),
              per_call: PRICE_OF_CALL,
            },
          },
        },
      };
    },
  });
}

/** From the first of the month; today is the last. */
async function callsOfMonth(data: ObjectStore, today: string): Promise<number[]> {
  const days = daysBetween(firstOfMonth(today), addDays(today, 1));
  return Promise.all(days.map(async (date) => (await readCalls(data, date)).calls));
}

function spend(calls: number): string {
  return moneyText(parseMoney(PRICE_OF_CALL) * BigInt(calls));
}

const accepted = z.object({ operation_id: z.string(), state: z.enum(['waiting']) });

const asked = z.strictObject({
  from: dayParameter('first day; without it the first of the previous month, which AWS may still restate'),
  to: dayParameter('exclusive; without it today'),
});

/** Cost Explorer keeps days for 14 months at most. */
const LONGEST = 430;

function collectRoute(
  { source, now, collectCosts }: AdminContext,
  operations: Operations | undefined,
): Route {
  return route({
    method: 'POST',
    path: '/api/costs/collect',
    scope: 'costs:write',
    summary: 'Ask AWS for costs now',
    description:
      'Each page of an answer is billed at $0.01, so the calls of a day are bounded (costs.calls_per_day): 429 when they are used up. On AWS it is answered with 202 and an operation.',
    body: asked,
    answer: z.union([accepted, run]),
    handle: async ({ body, key }) => {
      const data = settingsStore(await source());
      const range = { ...(body.from && { from: body.from }), ...(body.to && { to: body.to }) };
      checkRange(range, now());
      await checkBudget(data, now());
      if (operations !== undefined) {
        const { operation_id } = await operations.begin('collect-costs', range, actorOf(key));
        return { status: 202, answer: { operation_id, state: 'waiting' as const } };
      }
      if (collectCosts === undefined)
        throw new HttpError(503, 'no_collector', 'nothing here can ask AWS for costs');
      const who = { actor: actorOf(key), at: now() };
      try {
        return { answer: await auditedCollection(data, range, who, collectCosts) };
      } catch (error) {
        throw error instanceof CollectionFailed ? refused(error) : error;
      }
    },
  });
}

function checkRange({ from, to }: { readonly from?: string; readonly to?: string }, now: number): void {
  const tomorrow = addDays(costCalendar.dayOf(now), 1);
  const end = to ?? costCalendar.dayOf(now);
  if (end > tomorrow)
    throw malformed(
      [{ name: 'to', given: end, accepted: `at most ${tomorrow}, the end of today` }],
      'member',
    );
  if (from === undefined) return;
  const earliest = addDays(tomorrow, -LONGEST);
  if (from >= end || from < earliest)
    throw malformed(
      [{ name: 'from', given: from, accepted: `a day from ${earliest} to before ${end}` }],
      'member',
    );
}

async function checkBudget(data: ObjectStore, now: number): Promise<void> {
  const { calls } = await readCalls(data, costCalendar.dayOf(now));
  const { calls_per_day } = (await readSettings(data)).costs;
  if (calls < calls_per_day) return;
  const message = `${calls} calls of Cost Explorer were made today (UTC), and costs.calls_per_day allows ${calls_per_day}`;
  throw new HttpError(429, 'budget_spent', message, {
    details: { calls, calls_per_day, spend_usd: spend(calls) },
  });
}

function refused(error: CollectionFailed): HttpError {
  const { code, message } = error;
  if (code === 'BudgetSpent') return new HttpError(429, 'budget_spent', message, { cause: error });
  if (code === 'BadRange') return new HttpError(400, 'invalid_member', message, { cause: error });
  return new HttpError(502, 'collection_failed', message, { details: { code }, cause: error });
}
