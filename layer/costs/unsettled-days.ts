import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { readCostRollup } from './aggregate-costs.ts';
import { firstOfMonth, monthOf } from './cost-calendar.ts';

// As far back as Cost Explorer goes.
const MONTHS = 13;

/**
 * Days before `from` whose roll-ups are not final: what is read every day does not hold them any more, but their
 * traffic may have been counted since. One read per month.
 */
export async function unsettledDays(data: ObjectStore, from: string): Promise<string[]> {
  const months = Array.from({ length: MONTHS }, (_, back) => monthOf(firstOfMonth(from, -back)));
  const rollups = await Promise.all(
    months.map((time_key) => readCostRollup(data, { period: 'monthly', time_key })),
  );
  const days = rollups.flatMap((rollup) => (rollup?.status === 'partial' ? rollup.children : []));
  return days
    .filter(({ status, time_key }) => status === 'partial' && time_key < from)
    .map(({ time_key }) => time_key);
}
