import { CLASSES, type Dictionaries, type EventBlock, type Rules } from '@sgraph-backbone/layer/logs';
import { type CountingFacts, countingFacts } from './counting-facts.ts';
import {
  countRequests,
  countTimes,
  createRequestCounts,
  finishRequests,
  type RowFacts,
} from './request-counts.ts';
import { boundTables, emptySummary, type Summary } from './summary.ts';
import { countTables, createTableIds, foldTables } from './table-ids.ts';
import { countVisitors } from './visitor-counts.ts';

/** What kind of feed a summary is made from: log kinds measure other things than applications. */
export type Kind = 'standard' | 'realtime' | 'application';

export interface SummaryBuilder {
  /** Counts the first `count` of `rows`, indexes into the block's columns. Nothing of the block is kept. */
  add(block: EventBlock, rows: Int32Array, count: number): void;
  /** Counts requests that the settings exclude. */
  exclude(count: number): void;
  /** The summary of everything added; the builder is spent. */
  finish(): Summary;
}

/**
 * Sums the rows of one window (of one host, if there are builders per host) straight from their columns, a column at
 * a time: a value of a row costs a few nanoseconds, and texts are looked at once per distinct value, at the end.
 */
export function createSummaryBuilder(options: {
  readonly rules: Rules;
  readonly kind: Kind;
}): SummaryBuilder {
  const summary = emptySummary();
  const perClass = CLASSES.map((name) => summary.classes[name]);
  const times = perClass.map(({ time_taken }) => time_taken);
  const firstBytes = perClass.map(({ ttfb }) => ttfb);
  const requests = createRequestCounts();
  let ids = createTableIds();
  let known: { dictionaries: Dictionaries; facts: CountingFacts } | undefined;
  let scratch = createScratch(0);
  // Ids of other dictionaries mean other texts: what was counted becomes text first.
  const fold = () => {
    if (!known) return;
    foldTables(summary, ids, known.dictionaries, known.facts);
    ids = createTableIds();
  };
  const factsOf = (dictionaries: Dictionaries) => {
    if (known?.dictionaries === dictionaries) return known.facts;
    fold();
    known = { dictionaries, facts: countingFacts(options.rules, dictionaries) };
    return known.facts;
  };
  return {
    add(block, rows, count) {
      const facts = factsOf(block.dictionaries);
      if (scratch.bytes.length < block.length) scratch = createScratch(block.length);
      const w: RowFacts = { ...scratch, classes: block.class };
      countRequests(requests, block, rows, count, facts, w);
      countTables(ids, block, rows, count, facts, w);
      countTimes(requests.times, times, block.time_taken, block.class, rows, count);
      countTimes(requests.firstBytes, firstBytes, block.time_to_first_byte, block.class, rows, count);
      countVisitors(summary, block, rows, count);
    },
    exclude(count) {
      summary.excluded_requests += count;
    },
    finish() {
      fold();
      finishRequests(requests, summary);
      for (const content of perClass) {
        boundTables(content);
        if (options.kind !== 'application')
          content.counters.unmeasured_tokens = content.counters.total_requests;
        else content.counters.unmeasured_cache = content.counters.total_requests;
      }
      return summary;
    },
  };
}

function createScratch(rows: number): Omit<RowFacts, 'classes'> {
  return {
    pageViews: new Uint8Array(rows),
    errors: new Uint8Array(rows),
    bytes: new Float64Array(rows),
    statuses: new Int32Array(rows),
    results: new Int32Array(rows),
  };
}
