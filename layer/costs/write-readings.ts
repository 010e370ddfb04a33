import { contentHash } from '@sgraph-backbone/layer/rollups';
import { abreast, Conflict, compareAndSet, type ObjectStore, writeJson } from '@sgraph-backbone/layer/store';
import { checkReading } from './bad-reading.ts';
import { monthOf } from './cost-calendar.ts';
import type { CostLine, CostReading } from './cost-entry.ts';
import { type CostMonth, type CostVersion, currentVersion } from './cost-month.ts';
import { addAmounts, differenceOf } from './currency-amounts.ts';
import { monthKey, readingKey } from './place.ts';

/** A day after its reading was kept. */
export interface WrittenDay {
  readonly date: string;
  /** The version that now speaks for the day. */
  readonly version: number;
  /** Names the lines that were given. */
  readonly content_hash: string;
  /** Whether it says something else than before; false where the reading only confirmed it. */
  readonly changed: boolean;
  readonly difference?: Readonly<Record<string, string>>;
}

const ABREAST = 16;

/**
 * Keeps readings as versions of their days. What says the same as the last reading of its source only moves
 * `collected_at`; what is older than that is no news. Lines are written before the month that names them, and all days
 * of a month change together. Throws BadReading before anything is written.
 */
export async function writeReadings(
  data: ObjectStore,
  readings: readonly CostReading[],
): Promise<WrittenDay[]> {
  for (const reading of readings) checkReading(reading);
  const kept = readings.map(keptReading);
  await abreast(kept, ABREAST, (reading) => putLines(data, reading));
  const written: WrittenDay[] = [];
  for (const [month, own] of Map.groupBy(kept, ({ reading }) => monthOf(reading.date)))
    written.push(...(await changeMonth(data, month, own)));
  return written;
}

interface KeptReading {
  readonly reading: CostReading;
  readonly content_hash: string;
}

/** With lines in one order: AWS has none. */
function keptReading(given: CostReading): KeptReading {
  const reading: CostReading = {
    ...given,
    by_region: sorted(given.by_region),
    by_usage_type: sorted(given.by_usage_type),
    apart: sorted(given.apart),
    own: given.own && sorted(given.own),
  };
  return { reading, content_hash: hashOf(reading) };
}

function sorted(lines: readonly CostLine[]): CostLine[] {
  const keyed = lines.map((line) => ({ line, key: textOf(line) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ line }) => line);
}

/** Of what was said, not of when. Lists of texts are hashed several times as fast as objects. */
function hashOf({
  date,
  source,
  scope,
  estimated,
  by_region,
  by_usage_type,
  apart,
  own,
}: CostReading): string {
  const texts = (lines: readonly CostLine[]) => lines.map(textOf);
  return contentHash({
    ...{ date, source, scope, estimated },
    by_region: texts(by_region),
    by_usage_type: texts(by_usage_type),
    apart: texts(apart),
    own: own && texts(own),
  });
}

/** All that a line says; two lines that differ have two texts. */
function textOf(line: CostLine): string {
  const { service, region, usage_type, record_type, currency, amount, amortized } = line;
  const { usage_quantity, usage_unit } = line;
  return JSON.stringify([
    ...[service, region, usage_type, record_type, currency, amount, amortized],
    ...[usage_quantity, usage_unit],
  ]);
}

async function putLines(data: ObjectStore, { reading, content_hash }: KeptReading): Promise<void> {
  try {
    await writeJson(data, readingKey(reading.date, content_hash), reading, { ifNoneMatch: '*', gzip: true });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}

async function changeMonth(
  data: ObjectStore,
  month: string,
  readings: readonly KeptReading[],
): Promise<WrittenDay[]> {
  let written: WrittenDay[] = [];
  await compareAndSet<CostMonth>(
    data,
    monthKey(month),
    (current) => {
      const days: Record<string, readonly CostVersion[]> = { ...current?.days };
      written = readings.map((kept) => {
        const { date } = kept.reading;
        const before = days[date] ?? [];
        days[date] = withReading(before, kept);
        return writtenDay(kept, before, days[date]);
      });
      return { month, days };
    },
    { gzip: true },
  );
  return written;
}

function withReading(versions: readonly CostVersion[], kept: KeptReading): readonly CostVersion[] {
  const { reading, content_hash } = kept;
  const at = versions.findLastIndex(({ source }) => source === reading.source);
  const last = versions[at];
  if (last !== undefined && reading.collected_at < last.collected_at) return versions;
  if (last?.content_hash === content_hash)
    return versions.with(at, { ...last, collected_at: reading.collected_at });
  return [...versions, newVersion(versions, kept)];
}

function newVersion(versions: readonly CostVersion[], { reading, content_hash }: KeptReading): CostVersion {
  const { source, scope, estimated, collected_at } = reading;
  const net = addAmounts([...reading.by_region, ...reading.apart]);
  const before = versions.findLast((version) => version.source === source && version.scope === scope);
  return {
    version: (versions.at(-1)?.version ?? 0) + 1,
    source,
    scope,
    content_hash,
    estimated,
    first_collected_at: collected_at,
    collected_at,
    net,
    ...(before && { difference: differenceOf(before.net, net) }),
  };
}

function writtenDay(
  { reading, content_hash }: KeptReading,
  before: readonly CostVersion[],
  after: readonly CostVersion[],
): WrittenDay {
  const { date } = reading;
  const old = currentVersion(before);
  const { version, net } = currentVersion(after)!;
  const changed = old?.version !== version;
  return {
    date,
    version,
    content_hash,
    changed,
    ...(changed && old !== undefined && { difference: differenceOf(old.net, net) }),
  };
}
