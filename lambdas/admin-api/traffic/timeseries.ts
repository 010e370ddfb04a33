import { type Calendar, covers, mergeRollups, type Period } from '@sgraph-backbone/layer/rollups';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { FROM_ROLLUPS, type Origin } from './frame.ts';
import type { SeriesWindow } from './granularity.ts';
import type { Question } from './question.ts';
import { mergeTiles, openFeeds } from './range.ts';
import type { RollupReader } from './rollup-reader.ts';
import { SERIES_COLUMNS } from './rows/needed-columns.ts';
import { readRows } from './rows/read-rows.ts';
import { countsOfTable, isAnsweredByTable } from './rows/table-counts.ts';
import { pointOfChild, pointOfRange, pointOfRollup, pointOfTable, type SeriesPoint } from './series-point.ts';

/**
 * The headline numbers of each window. Of one feed they are read from the windows' parents, so that a year of days is
 * 12 reads; several feeds are merged window by window, because their visitors are a union and not a sum.
 */
export async function readSeries(
  data: ObjectStore,
  question: Question,
  windows: readonly SeriesWindow[],
): Promise<SeriesAnswer> {
  const whole = { start: windows[0]!.start, end: windows.at(-1)!.end };
  const isTold = isAnsweredByTable(question, whole);
  if (question.filters.length > 0 && !isTold) return ofRows(data, question, windows);
  const readers = await openFeeds(data, question);
  const [only, ...more] = readers;
  if (only !== undefined && more.length === 0 && !isTold)
    return { points: await ofOneFeed(only, windows, question), ...FROM_ROLLUPS };
  const merged = windows.map(async (window) => {
    const range = await mergeTiles(readers, [tileOf(window)], window, question);
    return isTold ? pointOfTable(window, countsOfTable(range, question)) : pointOfRange(window, range);
  });
  return { points: await Promise.all(merged), ...FROM_ROLLUPS };
}

export interface SeriesAnswer extends Origin {
  readonly points: readonly SeriesPoint[];
}

async function ofRows(
  data: ObjectStore,
  question: Question,
  windows: readonly SeriesWindow[],
): Promise<SeriesAnswer> {
  const { ranges, expired } = await readRows(data, question, windows, SERIES_COLUMNS);
  const points = windows.map((window, index) => pointOfRange(window, ranges[index]!));
  return { points, source: 'rows', expired };
}

async function ofOneFeed(
  reader: RollupReader,
  windows: readonly SeriesWindow[],
  question: Question,
): Promise<SeriesPoint[]> {
  const absent = absentPoints(reader, question);
  const direct = async (window: SeriesWindow) => {
    const rollup = await reader.read(tileOf(window));
    return rollup === undefined ? absent(window) : pointOfRollup(window, rollup);
  };
  const families = Map.groupBy(windows, (window) => parentKey(window, question.calendar));
  const points = [...families].map(async ([key, family]) => {
    const fromParent = await readParent(reader, PARENT[family[0]!.period], key, question.calendar);
    return Promise.all(family.map((window) => fromParent(window, absent) ?? direct(window)));
  });
  return (await Promise.all(points)).flat().sort((a, b) => a.window.start - b.window.start);
}

/** Whose children a series is read from. Weeks and years are nobody's. */
const PARENT: Partial<Record<Period, Period>> = {
  '30min': 'hourly',
  hourly: 'daily',
  daily: 'monthly',
  monthly: 'yearly',
};

function parentKey({ period, start }: SeriesWindow, calendar: Calendar): string | undefined {
  const parent = PARENT[period];
  return parent && calendar.keyAt(parent, start);
}

type Absent = (window: SeriesWindow) => Promise<SeriesPoint>;

/** What a parent says of its children: nothing while it still moves, or of windows that only touch it (+05:30). */
async function readParent(
  reader: RollupReader,
  period: Period | undefined,
  time_key: string | undefined,
  calendar: Calendar,
): Promise<(window: SeriesWindow, absent: Absent) => Promise<SeriesPoint> | undefined> {
  if (period === undefined || time_key === undefined) return () => undefined;
  if (!reader.isSettled({ period, time_key })) return () => undefined;
  const rollup = await reader.read({ period, time_key });
  const own = new Set(calendar.children(period, time_key).map((child) => child.time_key));
  const children = new Map(rollup?.children.map((child) => [child.time_key, child]));
  return (window, absent) => {
    const child = children.get(window.time_key);
    if (child !== undefined) return Promise.resolve(pointOfChild(window, child, rollup));
    return own.has(window.time_key) ? absent(window) : undefined;
  };
}

/** Windows that nobody wrote look alike: worked out once inside coverage and once outside. */
function absentPoints(reader: RollupReader, { feed, calendar, now }: Question): Absent {
  const known = new Map<boolean, SeriesPoint>();
  return async (window) => {
    const { start, end } = window;
    const coverage = await reader.coverageWithout(tileOf(window));
    const covered = covers(coverage, window);
    const parts = [{ ...tileOf(window), coverage }];
    const range = () => mergeRollups({ feed, start, end, calendar, parts, now });
    const point = known.get(covered) ?? pointOfRange(window, range());
    known.set(covered, point);
    return { ...point, window };
  };
}

function tileOf({ period, time_key }: SeriesWindow) {
  return { period, time_key };
}
