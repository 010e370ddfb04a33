import type { Point, Value } from './answers.ts';
import type { Bars } from './bar-plot.ts';
import { PLOTTED, plottedTitle, type Shown, shownValue } from './measures.ts';
import { exact } from './numbers.ts';
import { axisLabel, pointName } from './times.ts';

/** A series as the chart draws it and says it. */
export interface Course {
  readonly points: readonly Point[];
  /** Those that they are compared with, the first with the first. */
  readonly others?: readonly Point[] | undefined;
  readonly granularity: string;
  readonly timezone: string;
}

/** The measures a chart shows, out of an address' `show=`; requests and visitors unless told otherwise. */
export function plottedOf(show: string | undefined): readonly Shown[] {
  const wished = show?.split(',') ?? ['total_requests', 'visitors'];
  const found = PLOTTED.filter((shown) => wished.includes(shown.measure));
  return found.length > 0 ? found : PLOTTED.slice(0, 2);
}

export function barsOf(course: Course, shown: Shown, labelled: boolean, now: number): Bars {
  const { points, others, granularity, timezone } = course;
  const span = (points.at(-1)?.window_end ?? 0) - (points[0]?.window_start ?? 0);
  return {
    values: points.map((point) => shownValue(point, shown.measure)),
    before: others && points.map((_, index) => valueAt(others, index, shown)),
    settled: points.map((point) => howSettled(point, now)),
    over: points.map((point) => point.window_end <= now),
    labels: points.map((point) => axisLabel(granularity, point.window_start, timezone, span > 90_000_000)),
    unit: shown.unit,
    labelled,
  };
}

/** One window in words, for the line above the chart and for screen readers. */
export function pointWords(
  course: Course,
  index: number,
  plotted: readonly Shown[],
  now: number,
): readonly string[] {
  const point = course.points[index];
  if (point === undefined) return [];
  const values = plotted.map((shown) => {
    const title = plottedTitle(shown, course.granularity);
    const before = course.others && valueAt(course.others, index, shown);
    const then = before === undefined || before === null ? '' : ` (before: ${exact(before, shown.unit)})`;
    const value = shownValue(point, shown.measure);
    const isToCome = value === null && point.window_start > now;
    return `${title}: ${isToCome ? NOT_YET : exact(value, shown.unit)}${then}`;
  });
  return [pointNameOf(course, point), ...values, statusOf(point, now)];
}

/** Shown instead of a value whose time has not begun. */
export const NOT_YET = 'not yet';

/** How settled a point is: what has not begun is not partial. */
export function statusOf(point: Point, now: number): string {
  return point.window_start > now ? 'to come' : point.status;
}

export function pointNameOf({ granularity, timezone }: Course, point: Point): string {
  return pointName(granularity, point.window_start, point.window_end, timezone);
}

function valueAt(points: readonly Point[], index: number, { measure }: Shown): Value {
  const point = points[index];
  return point === undefined ? null : shownValue(point, measure);
}

function howSettled(point: Point, now: number): Bars['settled'][number] {
  if (point.status === 'final') return 'strong';
  return point.window_end > now ? 'running' : 'open';
}
