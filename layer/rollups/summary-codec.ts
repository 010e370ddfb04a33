import { CLASSES, type Class } from '@sgraph-backbone/layer/logs';
import { type Counters, decodeCounters, encodeCounters } from './counters.ts';
import { TABLES, type TableName } from './dimensions.ts';
import { decodeHistogram, encodeHistogram } from './histogram.ts';
import { decodeSketch, encodeSketch, type Sketch } from './sketch.ts';
import { type ClassSummary, emptySummary, type Summary } from './summary.ts';
import { decodeTable, type EncodedTable, encodeTable, isCut } from './table.ts';

export interface EncodedClass {
  readonly counters: Readonly<Partial<Counters>>;
  readonly time_taken: string;
  readonly ttfb: string;
  readonly tables: Readonly<Partial<Record<TableName, EncodedTable>>>;
  readonly visitors: Readonly<Record<string, string>>;
}

/** A summary as JSON. Equal summaries have equal texts: members in fixed order, table rows sorted, nothing empty. */
export interface EncodedSummary {
  readonly classes: Readonly<Partial<Record<Class, EncodedClass>>>;
  readonly excluded_requests: number;
  /** A table had more than 50,000 values: grouping may show in what was kept. */
  readonly cut: boolean;
}

/** Throws RangeError if a count is beyond exact integers. */
export function encodeSummary(summary: Summary): EncodedSummary {
  const used = CLASSES.filter((name) => isUsed(summary.classes[name]));
  return {
    classes: Object.fromEntries(used.map((name) => [name, encodeClass(summary.classes[name])])),
    excluded_requests: summary.excluded_requests,
    cut: used.some((name) => TABLES.some((table) => isCut(summary.classes[name].tables[table]))),
  };
}

/** Events of an application need not be requests. */
function isUsed({ counters }: ClassSummary): boolean {
  return counters.total_requests > 0 || counters.events > 0;
}

export function decodeSummary(encoded: EncodedSummary): Summary {
  const summary = emptySummary();
  summary.excluded_requests = encoded.excluded_requests;
  for (const name of CLASSES) {
    const content = encoded.classes[name];
    if (content) summary.classes[name] = decodeClass(content, summary.classes[name]);
  }
  return summary;
}

/** Sketches by key id, the ids sorted. */
export function encodeVisitors(visitors: ReadonlyMap<string, Sketch>): Record<string, string> {
  const ids = [...visitors.keys()].sort();
  return Object.fromEntries(ids.map((id) => [id, encodeSketch(visitors.get(id)!)]));
}

export function decodeVisitors(encoded: Readonly<Record<string, string>>): Map<string, Sketch> {
  return new Map(Object.entries(encoded).map(([id, text]) => [id, decodeSketch(text)]));
}

function encodeClass({ counters, time_taken, ttfb, tables, visitors }: ClassSummary): EncodedClass {
  const filled = TABLES.filter((name) => tables[name].values.length > 0 || isCut(tables[name]));
  return {
    counters: encodeCounters(counters),
    time_taken: encodeHistogram(time_taken),
    ttfb: encodeHistogram(ttfb),
    tables: Object.fromEntries(filled.map((name) => [name, encodeTable(tables[name])])),
    visitors: encodeVisitors(visitors),
  };
}

function decodeClass(encoded: EncodedClass, empty: ClassSummary): ClassSummary {
  const tables = { ...empty.tables };
  for (const name of TABLES) {
    const table = encoded.tables[name];
    if (table) tables[name] = decodeTable(table);
  }
  return {
    counters: decodeCounters(encoded.counters),
    time_taken: decodeHistogram(encoded.time_taken),
    ttfb: decodeHistogram(encoded.ttfb),
    tables,
    visitors: decodeVisitors(encoded.visitors),
  };
}
