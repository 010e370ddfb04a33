import { abreast, Conflict, type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';
import { buildDay, type CostRollupValue } from './build-day.ts';
import { buildPeriod } from './build-period.ts';
import { costCalendar, monthOf, startOf } from './cost-calendar.ts';
import type { CostReading } from './cost-entry.ts';
import { currentVersion, readMonth, readVersion } from './cost-month.ts';
import { nameCostRollup } from './cost-name.ts';
import type { CostRollup, CostRollupName } from './cost-rollup.ts';
import type { ReadDayTraffic } from './day-traffic.ts';
import { costRollupKey } from './place.ts';
import { reviseCosts } from './revise-costs.ts';

/** What cost roll-ups are made with. */
export interface CostsContext {
  readonly data: ObjectStore;
  /** Epoch ms. */
  readonly now: () => number;
  readonly traffic: ReadDayTraffic;
  /** Readings by content hash that were just kept: they need not be read again. */
  readonly readings?: ReadonlyMap<string, CostReading>;
}

const ABREAST = 16;

/** Days as they were written or read last: a week and a month that hold one need not both read it. */
type KnownDays = Map<string, { readonly etag: string; readonly value: CostRollup }>;

interface Summing extends CostsContext {
  readonly days: KnownDays;
}

export async function readCostRollup(
  data: ObjectStore,
  name: CostRollupName,
): Promise<CostRollup | undefined> {
  return (await readJson<CostRollup>(data, costRollupKey(name)))?.value;
}

/**
 * Sums these UTC days from their readings and their traffic, then the weeks and months that hold them. Answers the
 * roll-ups that were written; what was made from the same before is left alone.
 */
export async function aggregateCosts(given: CostsContext, days: Iterable<string>): Promise<CostRollupName[]> {
  const context: Summing = { ...given, days: new Map() };
  const distinct = [...new Set(days)].sort();
  const daily = distinct.map((time_key) => ({ period: 'daily' as const, time_key }));
  const written = await aggregateAll(context, daily);
  const above = distinct.flatMap((day) => [
    `weekly ${costCalendar.keyAt('weekly', startOf(day))}`,
    `monthly ${monthOf(day)}`,
  ]);
  const periods = [...new Set(above)].map((text) => {
    const [period, time_key] = text.split(' ') as ['weekly' | 'monthly', string];
    return { period, time_key };
  });
  return [...written, ...(await aggregateAll(context, periods))];
}

async function aggregateAll(context: Summing, names: readonly CostRollupName[]): Promise<CostRollupName[]> {
  const written: CostRollupName[] = [];
  await abreast(names, ABREAST, async (name) => {
    if (await aggregateOne(context, name)) written.push(name);
  });
  return written;
}

/** Its own ETag first, then what it is made from, then the conditional write: a slower writer starts again. */
async function aggregateOne(context: Summing, name: CostRollupName): Promise<boolean> {
  const key = costRollupKey(name);
  for (;;) {
    const stored = await readJson<CostRollup>(context.data, key);
    const value = await (name.period === 'daily' ? dayOf(context, name) : periodOf(context, name));
    if (value === undefined || (stored && isSame(stored.value, value))) return false;
    if (stored === undefined) await nameCostRollup(context.data, name);
    if (await write(context, key, stored?.etag, reviseCosts(stored?.value, value))) return true;
  }
}

async function dayOf(
  { data, traffic, now, readings }: CostsContext,
  { time_key }: CostRollupName,
): Promise<CostRollupValue | undefined> {
  const version = currentVersion((await readMonth(data, monthOf(time_key)))?.days[time_key]);
  if (version === undefined) return undefined;
  const { collected_at } = version;
  const kept = readings?.get(version.content_hash);
  const reading = kept ? { ...kept, collected_at } : await readVersion(data, time_key, version);
  return buildDay({ version, reading, traffic: await traffic(time_key), now: now() });
}

async function periodOf(context: Summing, name: CostRollupName): Promise<CostRollupValue | undefined> {
  const names = costCalendar.children(name.period, name.time_key);
  const days = await Promise.all(names.map(({ time_key }) => readDay(context, time_key)));
  return buildPeriod(
    name,
    days.filter((day) => day !== undefined),
    context.now(),
  );
}

/** The times of readings are shown, so that a reading that only confirmed moves them. */
function isSame(stored: CostRollup, value: CostRollupValue): boolean {
  return (
    stored.content_hash === value.content_hash &&
    stored.cost.collected_at === value.cost.collected_at &&
    stored.inputs.length === value.inputs.length &&
    stored.inputs.every((input, index) => input === value.inputs[index])
  );
}

/** The ETag says whether it is still what it was. */
async function readDay({ data, days }: Summing, time_key: string): Promise<CostRollup | undefined> {
  const key = costRollupKey({ period: 'daily', time_key });
  const known = days.get(key);
  if (known !== undefined && (await data.head(key))?.etag === known.etag) return known.value;
  const found = await readJson<CostRollup>(data, key);
  if (found !== undefined) days.set(key, found);
  return found?.value;
}

async function write(
  { data, days }: Summing,
  key: string,
  etag: string | undefined,
  rollup: CostRollup,
): Promise<boolean> {
  const condition = etag === undefined ? { ifNoneMatch: '*' as const } : { ifMatch: etag };
  try {
    const written = await writeJson(data, key, rollup, { ...condition, gzip: true });
    if (rollup.period === 'daily') days.set(key, { etag: written.etag, value: rollup });
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}
