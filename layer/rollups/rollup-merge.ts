import { CLASSES } from '@sgraph-backbone/layer/logs';
import type { Calendar, Span, Tile } from './calendar.ts';
import { contentHash } from './content-hash.ts';
import { covers } from './covering.ts';
import { headlineOf, mergeHeadlines } from './headline.ts';
import { unknownMeasures } from './measures.ts';
import type { Restatement, Rollup } from './revision.ts';
import {
  isLong,
  isUnknown,
  kindOf,
  type RollupChild,
  type RollupContent,
  type RollupValue,
  type View,
} from './rollup.ts';
import { partOfRollup, perView, sumParts } from './rollup-part.ts';
import type { Sketch } from './sketch.ts';
import { mergeVisitors } from './summary.ts';
import { decodeVisitors } from './summary-codec.ts';
import { countVisitorsByKey, type VisitorDays } from './totals.ts';

/** A stored roll-up, or one that was built for an answer. */
export type MergedRollup = RollupValue & Partial<Pick<Rollup, 'revision' | 'restated' | 'write'>>;

/** A roll-up of one feed at one place of a tiling. */
export interface RangePart extends Tile {
  readonly rollup?: MergedRollup;
  /** Event time for which everything delivered to this feed has been counted. */
  readonly coverage: readonly Span[];
}

export interface RangeInput extends Span {
  /** A feed, or the kind whose feeds are merged (`standard`). */
  readonly feed: string;
  readonly host?: string;
  readonly calendar: Calendar;
  /** In time order. */
  readonly parts: readonly RangePart[];
  /** Epoch ms. */
  readonly now: number;
}

/** The answer for a range: a roll-up without a place of its own and without what merges. */
export interface RollupRange extends RollupContent {
  readonly revision: number;
  readonly restated?: Restatement;
}

/**
 * Roll-ups of a tiling, of one or several feeds, as one. Up to a day visitors are the union of the sketches; longer
 * ranges report visitor_days, where what lies in one local day is a union too. `computed_at` is the earliest of the
 * parts', `revision` the highest, `restated` the latest.
 */
export function mergeRollups(input: RangeInput): RollupRange {
  const stored = input.parts.flatMap(({ rollup }) => rollup ?? []);
  const content = contentOf(input, stored);
  const restated = stored.flatMap((rollup) => rollup.restated ?? []).sort((a, b) => b.at - a.at)[0];
  return {
    feed: input.feed,
    ...(input.host === undefined ? {} : { host: input.host }),
    window_start: input.start,
    window_end: input.end,
    timezone: input.calendar.timezone,
    computed_at: Math.min(input.now, ...stored.map((rollup) => rollup.computed_at)),
    content_hash: hashOf(input, content, stored),
    rules_version: [...new Set(stored.flatMap((rollup) => rollup.rules_version))].sort(),
    revision: Math.max(1, ...stored.map((rollup) => rollup.revision ?? 1)),
    ...(restated ? { restated } : {}),
    ...(stored.some((rollup) => rollup.repeats_unchecked) && { repeats_unchecked: true as const }),
    ...content,
    children: childrenOf(stored),
  };
}

// Of one roll-up it is that roll-up's own: hashing its lists again takes longer than all the rest of an answer.
function hashOf({ parts }: RangeInput, content: Content, stored: readonly MergedRollup[]): string {
  const hashes = stored.map((rollup) => rollup.content_hash);
  return parts.length === 1 && hashes.length === 1 ? hashes[0]! : contentHash({ ...content, parts: hashes });
}

type Content = Pick<RollupContent, 'status' | 'gaps' | 'measures' | 'top' | 'source_count' | 'sources_final'>;

function contentOf(input: RangeInput, stored: readonly MergedRollup[]): Content {
  const only = stored[0];
  if (input.parts.length === 1 && only) {
    const { status, gaps, measures, top, source_count, sources_final } = only;
    return { status, gaps, measures, top, source_count, sources_final };
  }
  const gaps = new Set(input.parts.flatMap((part) => gapsOf(input.calendar, part)));
  const days = isOneDay(input) ? undefined : (view: View) => visitorDays(stored, input.calendar, view);
  const parts = stored.map((rollup) => partOfRollup(rollup, days ? 'without' : 'with'));
  const sum = sumParts(parts, kindOf(input.feed), days);
  const known = input.parts.some((part) => isKnown(input.calendar, part));
  return {
    status: input.parts.every((part) => isFinal(input.calendar, part)) ? 'final' : 'partial',
    gaps: [...gaps],
    measures: known ? sum.measures : perView(unknownMeasures),
    top: sum.top,
    source_count: stored.length,
    sources_final: stored.filter((rollup) => rollup.status === 'final').length,
  };
}

function isOneDay({ start, end, parts }: RangeInput): boolean {
  const place = parts[0]?.time_key;
  const samePlace = parts.every((part) => part.time_key === place && !isLong(part.period));
  return samePlace || end - start <= 86_400_000;
}

function gapsOf(calendar: Calendar, part: RangePart): readonly string[] {
  if (part.rollup) return part.rollup.gaps;
  return isCovered(calendar, part) ? [] : [part.time_key];
}

function isKnown(calendar: Calendar, part: RangePart): boolean {
  return part.rollup ? !isUnknown(part.rollup) : isCovered(calendar, part);
}

function isFinal(calendar: Calendar, part: RangePart): boolean {
  return part.rollup ? part.rollup.status === 'final' : isCovered(calendar, part);
}

function isCovered(calendar: Calendar, { period, time_key, coverage }: RangePart): boolean {
  return covers(coverage, calendar.span(period, time_key));
}

function visitorDays(stored: readonly MergedRollup[], calendar: Calendar, view: View): VisitorDays {
  const byDay = Map.groupBy(stored, ({ period, window_start }) =>
    isLong(period) ? 'long' : calendar.dayOf(window_start),
  );
  const days = [...byDay].map(([day, rollups]) =>
    day === 'long' ? daysOfLong(rollups, view) : visitorsOfDay(rollups, view),
  );
  return {
    days: days.reduce((sum, day) => sum + day.days, 0),
    upper: days.some((day) => day.upper),
  };
}

function daysOfLong(rollups: readonly MergedRollup[], view: View): VisitorDays {
  return {
    days: rollups.reduce((sum, { measures }) => sum + (measures[view].visitor_days ?? 0), 0),
    upper: rollups.some(({ measures }) => measures[view].visitors_bound === 'upper'),
  };
}

// Mostly a day is one roll-up, whose number is known.
function visitorsOfDay(rollups: readonly MergedRollup[], view: View): VisitorDays {
  const [only, ...more] = rollups;
  if (only && more.length === 0) {
    const { unique_visitors, visitors_bound } = only.measures[view];
    return { days: unique_visitors ?? 0, upper: visitors_bound === 'upper' };
  }
  const union = new Map<string, Sketch>();
  for (const { merge } of rollups) {
    for (const name of view === 'all' ? CLASSES : [view]) {
      mergeVisitors(union, decodeVisitors(merge[name].visitors));
    }
  }
  return { days: countVisitorsByKey(union), upper: union.size > 1 };
}

// Feeds have roll-ups at the same places: their headlines are added up.
function childrenOf(stored: readonly MergedRollup[]): RollupChild[] {
  const places = Map.groupBy(stored, ({ period, time_key }) => `${period}/${time_key}`);
  return [...places.values()].map((rollups) => {
    const { period, time_key } = rollups[0]!;
    return {
      period,
      time_key,
      status: rollups.every((rollup) => rollup.status === 'final') ? 'final' : 'partial',
      content_hash: contentHash(rollups.map((rollup) => rollup.content_hash)),
      write: Math.max(...rollups.map((rollup) => rollup.write ?? 0)),
      headline: perView((view) => mergeHeadlines(rollups.map((rollup) => headlineOfRollup(rollup, view)))),
    };
  });
}

function headlineOfRollup({ measures, merge }: MergedRollup, view: View) {
  const parts = (view === 'all' ? CLASSES : [view]).map((name) => merge[name].counters);
  return headlineOf(measures[view], (name) =>
    parts.reduce((sum, counters) => sum + (counters[name] ?? 0), 0),
  );
}
