import { contentHash } from './content-hash.ts';
import { headlineOf } from './headline.ts';
import { type Measures, unknownMeasures } from './measures.ts';
import { kindOf } from './rollup.ts';
import type { RangeInput, RollupRange } from './rollup-merge.ts';
import { partOfSummary, perView, type RollupSum, sumParts } from './rollup-part.ts';
import type { Summary } from './summary.ts';

/** Rows that were counted for one question, and what is known of their time. */
export interface RowsInput extends Omit<RangeInput, 'parts'> {
  readonly summary: Summary;
  readonly status: RollupRange['status'];
  readonly rules_version: readonly string[];
  readonly gaps: readonly string[];
  /** Windows that had data. */
  readonly source_count: number;
  readonly sources_final: number;
  /** False: nothing is known of this time, so its measures are null and not 0. */
  readonly known: boolean;
}

/**
 * Counted rows as the answer for a range. The hashes of visitors are in no row, and what the settings exclude has no
 * rows: both are null.
 */
export function rangeOfRows(input: RowsInput): RollupRange {
  const { calendar, status, rules_version, source_count, sources_final, gaps, now } = input;
  const part = partOfSummary(input.summary, { status, source_count, rules_version });
  const sum = sumParts([part], kindOf(input.feed));
  const measures = perView((view) =>
    input.known ? { ...sum.measures[view], ...NOT_IN_ROWS } : unknownMeasures(),
  );
  const content = { status, gaps, measures, top: sum.top, source_count, sources_final };
  return {
    feed: input.feed,
    ...(input.host === undefined ? {} : { host: input.host }),
    window_start: input.start,
    window_end: input.end,
    timezone: calendar.timezone,
    computed_at: now,
    content_hash: contentHash(content),
    rules_version,
    revision: 1,
    ...content,
    children: source_count === 0 ? [] : [childOf(input, sum, measures)],
  };
}

const NOT_IN_ROWS = {
  unique_visitors: null,
  visitor_days: null,
  visitors_unmeasured_requests: null,
  excluded_requests: null,
} satisfies Partial<Measures>;

/** The whole time as one child: it carries the sums that rates of a series come from. */
function childOf({ calendar, start, status }: RowsInput, sum: RollupSum, measures: RollupRange['measures']) {
  const headline = perView((view) => headlineOf(measures[view], (name) => sum.totals[view].counters[name]));
  const time_key = calendar.keyAt('30min', start);
  return { period: '30min' as const, time_key, status, content_hash: '', write: 0, headline };
}
