import { CLASSES, type Class } from '@sgraph-backbone/layer/logs';
import { decodeCounters, encodeCounters } from './counters.ts';
import type { Dimension } from './dimensions.ts';
import { decodeHistogram, encodeHistogram } from './histogram.ts';
import { type Measures, measure } from './measures.ts';
import type { MergePart, RollupValue, Status, View, WindowPart } from './rollup.ts';
import { decodeSketch, encodeSketch } from './sketch.ts';
import type { Summary } from './summary.ts';
import type { Kind } from './summary-builder.ts';
import { decodeSummary, decodeVisitors, type EncodedSummary, encodeVisitors } from './summary-codec.ts';
import { decodeTable, type Table } from './table.ts';
import { type TopLists, topLists } from './top-list.ts';
import {
  emptyTotals,
  sumExactTotals,
  sumTotals,
  type Totals,
  totalsOfSummary,
  type VisitorDays,
} from './totals.ts';

/** What one child adds to a roll-up, or one roll-up to a range. */
export interface RollupPart {
  readonly status: Status;
  readonly source_count: number;
  readonly rules_version: readonly string[];
  readonly totals: Readonly<Record<View, Totals>>;
  readonly tables: (name: Class, dimension: Dimension) => Table | undefined;
}

/** All parts together. */
export interface RollupSum {
  readonly totals: Readonly<Record<View, Totals>>;
  readonly measures: Readonly<Record<View, Measures>>;
  readonly top: Readonly<Record<Class, TopLists>>;
  readonly merge: Readonly<Record<Class, MergePart>>;
}

/** A window, or one of its hosts, as a part. */
export function partOfWindow(window: WindowPart, summary: EncodedSummary, status: Status): RollupPart {
  const rules_version = window.rules_versions;
  return partOfSummary(decodeSummary(summary), {
    status,
    source_count: window.batches.length,
    rules_version,
  });
}

/** A summary as a part, with what is said about where it comes from. */
export function partOfSummary(
  { classes, excluded_requests }: Summary,
  facts: Pick<RollupPart, 'status' | 'source_count' | 'rules_version'>,
): RollupPart {
  const byClass = perClass((name) => totalsOfSummary(classes[name]));
  return {
    ...facts,
    totals: { ...byClass, all: { ...sumExactTotals(Object.values(byClass)), excluded_requests } },
    tables: (name, dimension) => classes[name].tables[dimension],
  };
}

/** A roll-up as a part. Visitors can be left out where days are longer than their keys live. */
export function partOfRollup(rollup: RollupValue, visitors: 'with' | 'without'): RollupPart {
  const byClass = perClass((name) => totalsOfMerge(rollup, name, visitors));
  const { excluded_requests } = rollup.measures.all;
  return {
    status: rollup.status,
    source_count: 1,
    rules_version: rollup.rules_version,
    totals: { ...byClass, all: { ...sumTotals(Object.values(byClass)), excluded_requests } },
    tables: (name, dimension) => {
      const list = rollup.top[name][dimension];
      return list && decodeTable(list);
    },
  };
}

/**
 * Adds parts up. `days` says what the visitors of a longer time than a day are (of parts read without theirs); without
 * it they are the union of the parts' sketches.
 */
export function sumParts(
  parts: readonly RollupPart[],
  kind: Kind,
  days?: (view: View) => VisitorDays,
): RollupSum {
  const totals = perView((view) => sumView(parts, view, days));
  return {
    totals,
    measures: perView((view) => measure(totals[view], kind)),
    top: perClass((name) =>
      topLists(name, (dimension) => parts.flatMap((part) => part.tables(name, dimension) ?? [])),
    ),
    merge: perClass((name) => mergePart(totals[name])),
  };
}

export function perClass<T>(of: (name: Class) => T): Record<Class, T> {
  return Object.fromEntries(CLASSES.map((name) => [name, of(name)])) as Record<Class, T>;
}

export function perView<T>(of: (view: View) => T): Record<View, T> {
  return { all: of('all'), ...perClass(of) };
}

function sumView(parts: readonly RollupPart[], view: View, days?: (view: View) => VisitorDays): Totals {
  const own = parts.map((part) => part.totals[view]);
  // A half-hour's only part knows its distinct paths exactly.
  const sum = own.length === 1 ? own[0]! : sumTotals(own);
  const excluded_requests =
    view === 'all' ? own.reduce((count, totals) => count + (totals.excluded_requests ?? 0), 0) : null;
  return { ...sum, excluded_requests, ...(days ? { visitor_days: days(view) } : {}) };
}

function totalsOfMerge({ merge, top }: RollupValue, name: Class, visitors: 'with' | 'without'): Totals {
  const part = merge[name];
  return {
    ...emptyTotals(),
    counters: decodeCounters(part.counters),
    time_taken: decodeHistogram(part.time_taken),
    ttfb: decodeHistogram(part.ttfb),
    visitors: visitors === 'with' ? decodeVisitors(part.visitors) : new Map(),
    paths: decodeSketch(part.paths),
    agents: decodeSketch(part.agents),
    edges: new Set(top[name].edge_location?.value),
  };
}

function mergePart(totals: Totals): MergePart {
  return {
    counters: encodeCounters(totals.counters),
    time_taken: encodeHistogram(totals.time_taken),
    ttfb: encodeHistogram(totals.ttfb),
    visitors: encodeVisitors(totals.visitors),
    paths: encodeSketch(totals.paths),
    agents: encodeSketch(totals.agents),
  };
}
