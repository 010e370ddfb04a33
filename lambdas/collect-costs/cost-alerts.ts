import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import {
  type Anomaly,
  addDays,
  costCalendar,
  findAnomalies,
  firstOfMonth,
  HISTORY_DAYS,
  monthOf,
  type Projection,
  projectionFrom,
  projectMonth,
} from '@sgraph-backbone/layer/costs';
import type { CostSettings } from '@sgraph-backbone/layer/settings';
import { compareAndSet, NAMESPACES, type ObjectStore } from '@sgraph-backbone/layer/store';
import { readDayAmounts, withServices } from '../admin-api/costs/day-amounts.ts';

/** What somebody should be told once. */
export type CostAlert =
  | { readonly kind: 'anomaly'; readonly anomaly: Anomaly }
  | { readonly kind: 'budget'; readonly projection: Projection };

/** Days back in which a day that stands out is news. */
const NEWS_DAYS = 7;
const DAY = 86_400_000;
/** Alerts that are remembered. */
const MOST_TOLD = 400;
const CURRENCY = 'USD';

/** What stands out in the last days, and a month that will be dearer than its budget: each is told once. */
export async function newCostAlerts(
  data: ObjectStore,
  settings: CostSettings,
  now: number,
): Promise<CostAlert[]> {
  const today = costCalendar.dayOf(now);
  const found = [...(await anomalies(data, settings, today, now)), ...(await budget(data, settings, now))];
  if (found.length === 0) return [];
  let fresh: CostAlert[] = [];
  await compareAndSet<readonly string[]>(data, TOLD, (told = []) => {
    fresh = found.filter((alert) => !told.includes(idOf(alert)));
    return fresh.length === 0 ? undefined : [...told, ...fresh.map(idOf)].slice(-MOST_TOLD);
  });
  return fresh;
}

const TOLD = keyBasedPath(NAMESPACES.costs, 'collector', 'alerts', 'json');

async function anomalies(
  data: ObjectStore,
  settings: CostSettings,
  today: string,
  now: number,
): Promise<CostAlert[]> {
  const news = { from: addDays(today, -NEWS_DAYS), to: today };
  const { days } = await readDayAmounts(data, { ...news, from: addDays(news.from, -HISTORY_DAYS) }, CURRENCY);
  const question = { ...news, currency: CURRENCY, now, floor: settings.anomaly_floor_usd.toFixed(12) };
  const found = findAnomalies({ ...question, days });
  const explained = await withServices(data, days, found, CURRENCY);
  return findAnomalies({ ...question, days: explained }).map((anomaly) => ({ kind: 'anomaly', anomaly }));
}

async function budget(data: ObjectStore, settings: CostSettings, now: number): Promise<CostAlert[]> {
  if (settings.monthly_budget_usd === undefined) return [];
  const month = monthOf(costCalendar.dayOf(now - DAY));
  const range = { from: projectionFrom(month), to: firstOfMonth(`${month}-01`, 1) };
  const { days } = await readDayAmounts(data, range, CURRENCY);
  const limit = settings.monthly_budget_usd.toFixed(12);
  const projection = projectMonth({ month, days, currency: CURRENCY, now, budget: limit });
  const isTold = ['over', 'likely'].includes(projection.budget?.exceeded ?? '');
  return isTold ? [{ kind: 'budget', projection }] : [];
}

function idOf(alert: CostAlert): string {
  if (alert.kind === 'anomaly') return `anomaly ${alert.anomaly.date} ${alert.anomaly.direction}`;
  return `budget ${alert.projection.month} ${alert.projection.budget?.exceeded}`;
}
