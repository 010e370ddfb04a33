import {
  type Calendar,
  HEADLINE,
  type Headline,
  mergeRollups,
  type Rollup,
  type RollupChild,
  type RollupRange,
  type Tile,
  VIEWS,
  type View,
} from '@sgraph-backbone/layer/rollups';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { SeriesWindow } from './granularity.ts';
import type { Question } from './question.ts';
import { mergeTiles, openFeeds } from './range.ts';
import type { RollupReader } from './rollup-reader.ts';

/** What one point of a series is made of, whatever it was read from. */
export interface SeriesPoint {
  readonly window: SeriesWindow;
  readonly status: 'partial' | 'final';
  readonly headline: Readonly<Record<View, Headline>>;
  /** False: nothing is stored for this time; it is zero inside coverage and not known outside. */
  readonly found: boolean;
  /** The roll-up that said so: the window's own, or its parent. */
  readonly source: Pick<Rollup, 'computed_at' | 'revision' | 'restated'> | undefined;
}

/**
 * The headline numbers of each window. Of one feed they are read from the windows' parents, so that a year of days is
 * 12 reads; several feeds are merged window by window, because their visitors are a union and not a sum.
 */
export async function readSeries(
  data: ObjectStore,
  question: Question,
  windows: readonly SeriesWindow[],
): Promise<SeriesPoint[]> {
  const readers = await openFeeds(data, question);
  const [only, ...more] = readers;
  const direct = (window: SeriesWindow) => readPoint(readers, window, question);
  if (only === undefined || more.length > 0) return Promise.all(windows.map(direct));
  return fromParents(only, windows, question, direct);
}

type Direct = (window: SeriesWindow) => Promise<SeriesPoint>;

async function fromParents(
  reader: RollupReader,
  windows: readonly SeriesWindow[],
  question: Question,
  direct: Direct,
): Promise<SeriesPoint[]> {
  const absent = absentPoints(reader, question);
  const families = Map.groupBy(windows, (window) =>
    JSON.stringify(parentOf(window, question.calendar, reader)),
  );
  const points = await Promise.all(
    [...families].map(async ([key, family]) => {
      if (key === undefined) return Promise.all(family.map(direct));
      const parent = await reader.read(JSON.parse(key) as Tile);
      const children = new Map(parent?.children.map((child) => [child.time_key, child]));
      return family.map((window) => pointOf(window, children.get(window.time_key), parent) ?? absent(window));
    }),
  );
  return points.flat().sort((a, b) => a.window.start - b.window.start);
}

/** The roll-up to read a window from; none where it is still moving, or is nobody's child. */
function parentOf({ period, time_key }: Tile, calendar: Calendar, reader: RollupReader): Tile | undefined {
  const parents = calendar.parents(period, time_key).filter((parent) => parent.period !== 'weekly');
  return parents.find((parent) => reader.isSettled(parent));
}

function pointOf(
  window: SeriesWindow,
  child: RollupChild | undefined,
  source: Rollup | undefined,
): SeriesPoint | undefined {
  if (child === undefined) return undefined;
  return { window, status: child.status, headline: child.headline, found: true, source };
}

async function readPoint(
  readers: readonly RollupReader[],
  window: SeriesWindow,
  question: Question,
): Promise<SeriesPoint> {
  const { period, time_key } = window;
  return pointOfRange(window, await mergeTiles(readers, [{ period, time_key }], window, question));
}

function pointOfRange(window: SeriesWindow, range: RollupRange): SeriesPoint {
  const headline = VIEWS.map((view) => [view, headlineOfRange(range, view)]);
  const found = range.children.length > 0;
  return {
    window,
    status: range.status,
    headline: Object.fromEntries(headline) as SeriesPoint['headline'],
    found,
    source: found ? range : undefined,
  };
}

/** Measures of the merge, whose visitors are a union; the sums behind its rates from what was merged. */
function headlineOfRange({ measures, children }: RollupRange, view: View): Headline {
  const numbers = HEADLINE.map((name) => [name, measures[view][name]]);
  return { ...(children[0]?.headline[view] ?? NOTHING), ...Object.fromEntries(numbers) } as Headline;
}

const NOTHING = { cache_hits: 0, cacheable_requests: 0, time_taken_sum: 0, time_taken_count: 0 };

/** Windows that nobody wrote look alike: worked out once inside coverage and once outside. */
function absentPoints(
  reader: RollupReader,
  { feed, calendar, now }: Question,
): (window: SeriesWindow) => SeriesPoint {
  const known = new Map<boolean, SeriesPoint>();
  return (window) => {
    const { start, end, period, time_key } = window;
    const { coverage } = reader;
    const covered = coverage.some((interval) => interval.start <= start && interval.end >= end);
    const range = () =>
      mergeRollups({ feed, start, end, calendar, parts: [{ period, time_key, coverage }], now });
    const point = known.get(covered) ?? pointOfRange(window, range());
    known.set(covered, point);
    return { ...point, window };
  };
}
