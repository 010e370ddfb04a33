import type { BatchColumn } from '@sgraph-backbone/layer/batches';
import type { Dimension } from '@sgraph-backbone/layer/rollups';
import type { FilterDimension } from './filter.ts';
import { ROW_VALUES } from './row-values.ts';

/** What requests, page views, bytes and errors are counted from. */
const COUNTED: readonly BatchColumn[] = [
  'measured',
  'class',
  'sc_status',
  'sc_bytes',
  'cs_method',
  'cs_uri_stem',
  'sc_content_type',
  // What an event of an application counts as; logs have none of it.
  'event_type',
];

const HEADLINE: readonly BatchColumn[] = [
  ...COUNTED,
  ...ROW_VALUES.result_type.columns,
  'time_taken',
  'duration_ms',
];

/** Columns for the headline numbers of a series. */
export const SERIES_COLUMNS: ReadonlySet<BatchColumn> = new Set(HEADLINE);

/** Columns for all measures and the lists of a summary. */
export const SUMMARY_COLUMNS: ReadonlySet<BatchColumn> = new Set([
  ...HEADLINE,
  'time_to_first_byte',
  'sc_range_start',
  'x_edge_location',
  'c_country',
  'referrer_domain',
  'client',
  'sampling',
  'token',
]);

/** Columns for one top list. */
export function listColumns(dimension: Dimension | 'class'): ReadonlySet<BatchColumn> {
  const values = ROW_VALUES[dimension as FilterDimension]?.columns ?? [];
  const ofEvents: readonly BatchColumn[] = dimension.startsWith('token') ? ['token'] : [];
  return new Set([...COUNTED, ...values, ...ofEvents]);
}
