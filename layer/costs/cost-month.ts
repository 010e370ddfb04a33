import { type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import { monthOf } from './cost-calendar.ts';
import { COST_SOURCES, type CostReading, type CostSource } from './cost-entry.ts';
import { monthKey, readingKey } from './place.ts';

/** One reading of a day that said something else than the one before it. */
export interface CostVersion {
  /** Counts up within a day. */
  readonly version: number;
  readonly source: CostSource;
  readonly scope: string;
  /** Of the lines, without times: names the object that holds them. */
  readonly content_hash: string;
  readonly estimated: boolean;
  /** Epoch ms of the first and of the last reading that said this. */
  readonly first_collected_at: number;
  readonly collected_at: number;
  /** All that AWS bills for the day, by currency, as decimal texts. */
  readonly net: Readonly<Record<string, string>>;
  /** New minus the reading before of the same source and scope, by currency; absent for a first reading. */
  readonly difference?: Readonly<Record<string, string>>;
}

/** All readings of a month's days: one object, so that the days of an import change together. */
export interface CostMonth {
  readonly month: string;
  readonly days: Readonly<Record<string, readonly CostVersion[]>>;
}

/** What was read of a month, `2026-02`. */
export async function readMonth(data: ObjectStore, month: string): Promise<CostMonth | undefined> {
  return (await readJson<CostMonth>(data, monthKey(month)))?.value;
}

/** The version that speaks for a day: the newest of the source that says most. */
export function currentVersion(versions: readonly CostVersion[] = []): CostVersion | undefined {
  return versions.reduce<CostVersion | undefined>(
    (best, version) => (best === undefined || rank(version) >= rank(best) ? version : best),
    undefined,
  );
}

/** The lines of a day as its current version says, or a given one; undefined where there is none. */
export async function readReading(
  data: ObjectStore,
  date: string,
  number?: number,
): Promise<CostReading | undefined> {
  const versions = (await readMonth(data, monthOf(date)))?.days[date];
  const version =
    number === undefined ? currentVersion(versions) : versions?.find(({ version }) => version === number);
  return version && readVersion(data, date, version);
}

/** The lines of one version, with the time of the last reading that said so. */
export async function readVersion(
  data: ObjectStore,
  date: string,
  { content_hash, collected_at }: CostVersion,
): Promise<CostReading> {
  const key = readingKey(date, content_hash);
  const found = await readJson<CostReading>(data, key);
  // It is written before the version that names it, and never deleted.
  if (found === undefined) throw new Error(`${key} is gone`);
  return { ...found.value, collected_at };
}

function rank({ source }: CostVersion): number {
  return COST_SOURCES.indexOf(source);
}
