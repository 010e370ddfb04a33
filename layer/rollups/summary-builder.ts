import type { Dictionaries, EventBlock, Rules } from '@sgraph-backbone/layer/logs';
import { countEvents } from './application-events.ts';
import { type CountingFacts, countingFacts } from './counting-facts.ts';
import type { Weights } from './id-counts.ts';
import { countLatencies } from './latencies.ts';
import { countShapes, createRequestShapes, foldShapes, SHAPES_LIMIT } from './request-shapes.ts';
import { countSampling } from './sampling.ts';
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
  let shapes = createRequestShapes();
  let ids = createTableIds();
  let known: { dictionaries: Dictionaries; facts: CountingFacts } | undefined;
  let weights = createWeights(0);
  // Ids of other dictionaries mean other texts: what was counted becomes text first.
  const fold = () => {
    if (!known) return;
    foldShapes(summary, shapes, known.dictionaries, known.facts);
    foldTables(summary, ids, known.dictionaries, known.facts);
    shapes = createRequestShapes();
    ids = createTableIds();
  };
  const factsOf = (dictionaries: Dictionaries) => {
    if (known?.dictionaries === dictionaries && shapes.size < SHAPES_LIMIT) return known.facts;
    fold();
    known = { dictionaries, facts: countingFacts(options.rules, dictionaries) };
    return known.facts;
  };
  return {
    add(block, rows, count) {
      if (options.kind === 'application') {
        countEvents(summary, block, rows, count, countingFacts(options.rules, block.dictionaries));
      } else {
        const facts = factsOf(block.dictionaries);
        if (weights.bytes.length < block.length) weights = createWeights(block.length);
        countShapes(shapes, block, rows, count, facts, weights);
        countTables(ids, block, rows, count, facts, weights);
      }
      countLatencies(summary, block, rows, count, options.kind);
      countVisitors(summary, block, rows, count);
      if (options.kind === 'realtime') countSampling(summary, block, rows, count);
    },
    exclude(count) {
      summary.excluded_requests += count;
    },
    finish() {
      fold();
      for (const content of Object.values(summary.classes)) {
        const { counters } = content;
        // A log has no token uses of its own, an application no cache.
        counters[options.kind === 'application' ? 'unmeasured_cache' : 'unmeasured_tokens'] =
          counters.total_requests;
        boundTables(content);
      }
      return summary;
    },
  };
}

function createWeights(rows: number): Weights {
  return { codes: new Uint8Array(rows), bytes: new Float64Array(rows) };
}
