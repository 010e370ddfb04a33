import { CLASSES } from '@sgraph-backbone/layer/logs';
import {
  HEADLINE,
  HEADLINE_SUMS,
  type Headline,
  type Rollup,
  type RollupChild,
  type RollupRange,
  VIEWS,
  type View,
} from '@sgraph-backbone/layer/rollups';
import type { SeriesWindow } from './granularity.ts';

/** A headline; the sums behind its rates are null where a table was all that was read. */
type PointNumbers = Readonly<Record<keyof Headline, number | null>>;

/** What one point of a series is made of, whatever it was read from. */
export interface SeriesPoint {
  readonly window: SeriesWindow;
  readonly status: 'partial' | 'final';
  readonly headline: Readonly<Record<View, PointNumbers>>;
  /** False: nothing is stored for this time; it is zero inside coverage and not known outside. */
  readonly found: boolean;
  /** The roll-up that said so: the window's own, or its parent. */
  readonly source: Pick<Rollup, 'computed_at' | 'revision' | 'restated'> | undefined;
}

/** A point as the window's parent recorded it. */
export function pointOfChild(
  window: SeriesWindow,
  child: RollupChild,
  source: Rollup | undefined,
): SeriesPoint {
  return { window, status: child.status, headline: child.headline, found: true, source };
}

/** A point from the window's own roll-up. */
export function pointOfRollup(window: SeriesWindow, rollup: Rollup): SeriesPoint {
  const headline = perView((view) => headlineOfRollup(rollup, view));
  return { window, status: rollup.status, headline, found: true, source: rollup };
}

/** A point from what several feeds, or none, say of the window. */
export function pointOfRange(window: SeriesWindow, range: RollupRange): SeriesPoint {
  const found = range.children.length > 0;
  const headline = perView((view) => headlineOfRange(range, view));
  return { window, status: range.status, headline, found, source: found ? range : undefined };
}

/** A point from what a table of the window says of a filtered value: the sums behind rates are not in it. */
export function pointOfTable(window: SeriesWindow, range: RollupRange): SeriesPoint {
  const point = pointOfRange(window, { ...range, children: [] });
  const found = range.children.length > 0;
  const headline = perView((view) => ({ ...point.headline[view], ...UNKNOWN_SUMS }));
  return { ...point, headline, found, source: found ? range : undefined };
}

/** The sums behind rates where they are not known. */
export const UNKNOWN_SUMS = Object.fromEntries(HEADLINE_SUMS.map((name) => [name, null])) as Record<
  (typeof HEADLINE_SUMS)[number],
  null
>;

function headlineOfRollup({ measures, merge }: Rollup, view: View): Headline {
  const parts = (view === 'all' ? CLASSES : [view]).map((name) => merge[name].counters);
  const sums = HEADLINE_SUMS.map((name) => [name, parts.reduce((sum, part) => sum + (part[name] ?? 0), 0)]);
  return headline(measures[view], Object.fromEntries(sums));
}

/** Measures of the merge, whose visitors are a union; the sums behind its rates from what was merged. */
function headlineOfRange({ measures, children }: RollupRange, view: View): Headline {
  return headline(measures[view], children[0]?.headline[view] ?? NO_SUMS);
}

const NO_SUMS = Object.fromEntries(HEADLINE_SUMS.map((name) => [name, 0]));

function headline(
  measures: RollupRange['measures'][View],
  sums: Readonly<Record<string, unknown>>,
): Headline {
  const numbers = HEADLINE.map((name) => [name, measures[name]]);
  return { ...sums, ...Object.fromEntries(numbers) } as Headline;
}

function perView<T>(of: (view: View) => T): Record<View, T> {
  return Object.fromEntries(VIEWS.map((view) => [view, of(view)])) as Record<View, T>;
}
