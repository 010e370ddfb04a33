import { addCounters, type Counters, emptyCounters } from './counters.ts';
import { createHistogram, type Histogram, mergeHistogram } from './histogram.ts';
import { createSketch, estimateSketch, mergeSketch, type Sketch, TEXT_PRECISION } from './sketch.ts';
import { type ClassSummary, mergeVisitors } from './summary.ts';
import { addText } from './text-hash.ts';

/** How many visitors a span longer than a day had: the days' numbers added up, because hashes end with their day. */
export interface VisitorDays {
  readonly days: number;
  /** Some visitors may be counted twice. */
  readonly upper: boolean;
}

/** Everything that measures are derived from, of one class or of several together. */
export interface Totals {
  readonly counters: Counters;
  readonly time_taken: Histogram;
  readonly ttfb: Histogram;
  /** By key id, up to a day. */
  readonly visitors: Map<string, Sketch>;
  /** Instead of `visitors` for what is longer than a day. */
  visitor_days?: VisitorDays;
  readonly paths: Sketch;
  readonly agents: Sketch;
  readonly edges: Set<string>;
  /** Distinct paths and agents where they were listed in full (a half-hour), better than their sketches. */
  exact?: { readonly paths: ReadonlySet<string>; readonly agents: ReadonlySet<string> };
  /** Own traffic left out; null in a class, because it has none. */
  excluded_requests: number | null;
}

export function emptyTotals(): Totals {
  return {
    counters: emptyCounters(),
    time_taken: createHistogram(),
    ttfb: createHistogram(),
    visitors: new Map(),
    paths: createSketch(TEXT_PRECISION),
    agents: createSketch(TEXT_PRECISION),
    edges: new Set(),
    excluded_requests: null,
  };
}

/** The totals of a window's class. */
export function totalsOfSummary({ counters, time_taken, ttfb, tables, visitors }: ClassSummary): Totals {
  const totals = { ...emptyTotals(), counters, time_taken, ttfb, visitors };
  for (const path of tables.path.values) addText(totals.paths, path);
  for (const agent of tables.client.values) addText(totals.agents, agent);
  for (const edge of tables.edge_location.values) totals.edges.add(edge);
  return { ...totals, exact: { paths: new Set(tables.path.values), agents: new Set(tables.client.values) } };
}

/** The sum of totals, all of them of the same time or all of the same class; none is changed. */
export function sumTotals(parts: readonly Totals[]): Totals {
  const sum = emptyTotals();
  for (const part of parts) {
    addCounters(sum.counters, part.counters);
    mergeHistogram(sum.time_taken, part.time_taken);
    mergeHistogram(sum.ttfb, part.ttfb);
    mergeVisitors(sum.visitors, part.visitors);
    mergeSketch(sum.paths, part.paths);
    mergeSketch(sum.agents, part.agents);
    for (const edge of part.edges) sum.edges.add(edge);
  }
  return sum;
}

/** All classes of a window together. */
export function sumExactTotals(parts: readonly Totals[]): Totals {
  const paths = new Set(parts.flatMap((part) => [...(part.exact?.paths ?? [])]));
  const agents = new Set(parts.flatMap((part) => [...(part.exact?.agents ?? [])]));
  return { ...sumTotals(parts), exact: { paths, agents } };
}

/** Sum over the key ids: a visitor whose hashes were made with two keys counts twice. */
export function countVisitorsByKey(visitors: ReadonlyMap<string, Sketch>): number {
  return [...visitors.values()].reduce((sum, sketch) => sum + estimateSketch(sketch), 0);
}
