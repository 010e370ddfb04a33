import { CLASSES, type Class } from '@sgraph-backbone/layer/logs';
import { addCounters, type Counters, emptyCounters } from './counters.ts';
import { TABLES, type TableName } from './dimensions.ts';
import { createHistogram, type Histogram, mergeHistogram } from './histogram.ts';
import { createSketch, mergeSketch, type Sketch, VISITOR_PRECISION } from './sketch.ts';
import { COUNTING_LIMIT, createTable, cutTable, mergeTable, TABLE_LIMIT, type Table } from './table.ts';

/** What a class of visitors did in one window. */
export interface ClassSummary {
  readonly counters: Counters;
  /** Milliseconds; their number and sum are counters. */
  readonly time_taken: Histogram;
  readonly ttfb: Histogram;
  readonly tables: Record<TableName, Table>;
  /** Distinct visitors by the id of the day's key that their hashes were made with. */
  readonly visitors: Map<string, Sketch>;
}

/**
 * Everything that is known about a set of requests, mergeable in any order and grouping: all of it is sums and sets.
 * Only beyond TABLE_LIMIT values in a table does the grouping show, inside the bound that `cut_off` states.
 */
export interface Summary {
  readonly classes: Record<Class, ClassSummary>;
  /** Own traffic that the settings exclude; it has no class. */
  excluded_requests: number;
}

export function emptySummary(): Summary {
  const classes = CLASSES.map((name) => [name, emptyClass()]);
  return { classes: Object.fromEntries(classes) as Record<Class, ClassSummary>, excluded_requests: 0 };
}

/** The sum of two summaries; neither is changed. */
export function mergeSummaries(a: Summary, b: Summary): Summary {
  return sumSummaries([a, b]);
}

/** The sum of any number of summaries in one go; none is changed. */
export function sumSummaries(summaries: Iterable<Summary>): Summary {
  const sum = emptySummary();
  for (const summary of summaries) {
    sum.excluded_requests += summary.excluded_requests;
    for (const name of CLASSES) addClass(sum.classes[name], summary.classes[name]);
  }
  for (const name of CLASSES) boundTables(sum.classes[name]);
  return sum;
}

/**
 * A summary made from stored rows, with the visitors of the one made when they arrived: the rows hold no hashes, so
 * whoever checks or re-classifies them has to take these over.
 */
export function withVisitors(summary: Summary, other: Summary): Summary {
  const classes = CLASSES.map((name) => {
    const { visitors_unmeasured_requests } = other.classes[name].counters;
    const counters = { ...summary.classes[name].counters, visitors_unmeasured_requests };
    return [name, { ...summary.classes[name], counters, visitors: other.classes[name].visitors }];
  });
  return { ...summary, classes: Object.fromEntries(classes) as Record<Class, ClassSummary> };
}

/** Adds the sketches of each key id; what is new to `into` is copied. */
export function mergeVisitors(into: Map<string, Sketch>, from: ReadonlyMap<string, Sketch>): void {
  for (const [keyId, sketch] of from) {
    const known = into.get(keyId) ?? createSketch(VISITOR_PRECISION);
    mergeSketch(known, sketch);
    into.set(keyId, known);
  }
}

/** Cuts every table of a finished sum to TABLE_LIMIT values, in place. */
export function boundTables({ tables }: ClassSummary): void {
  for (const name of TABLES) tables[name] = cutTable(tables[name], TABLE_LIMIT);
}

function addClass(into: ClassSummary, from: ClassSummary) {
  addCounters(into.counters, from.counters);
  mergeHistogram(into.time_taken, from.time_taken);
  mergeHistogram(into.ttfb, from.ttfb);
  for (const name of TABLES) mergeTable(into.tables[name], from.tables[name], COUNTING_LIMIT);
  mergeVisitors(into.visitors, from.visitors);
}

function emptyClass(): ClassSummary {
  return {
    counters: emptyCounters(),
    time_taken: createHistogram(),
    ttfb: createHistogram(),
    tables: Object.fromEntries(TABLES.map((name) => [name, createTable()])) as Record<TableName, Table>,
    visitors: new Map(),
  };
}
