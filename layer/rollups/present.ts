import type { Dimension } from './dimensions.ts';
import type { Measures } from './measures.ts';
import type { Restatement } from './revision.ts';
import type { RollupContent, Status, View } from './rollup.ts';
import type { Period } from './time-key.ts';
import { topPage } from './top-list.ts';

/** A roll-up or a range as it is answered; a live merge has no revision yet. */
export interface Presentable extends RollupContent {
  readonly period?: Period;
  readonly time_key?: string;
  readonly revision?: number;
  readonly restated?: Restatement;
}

/** A roll-up flattened for clients: one view's measures beside its window, and the lists that the predecessor had. */
export interface FlatRollup extends Measures {
  readonly feed: string;
  readonly host: string | null;
  readonly class: View;
  /** Null for a range that is no single window. */
  readonly period: Period | null;
  /** The predecessor's name of `period`. */
  readonly window_type: Period | null;
  readonly time_key: string | null;
  readonly window_start: number;
  readonly window_end: number;
  readonly timezone: string;
  readonly rules_version: readonly string[];
  /** The predecessor's name of `avg_time_taken`. */
  readonly avg_duration_ms: number | null;
  readonly top_paths: readonly { readonly path: string; readonly count: number; readonly bytes: number }[];
  readonly top_countries: readonly { readonly country: string; readonly count: number }[];
  readonly top_referrers: readonly { readonly referrer: string; readonly count: number }[];
  readonly edge_distribution: Readonly<Record<string, number>>;
  readonly status_codes: Readonly<Record<string, number>>;
}

/** How settled an answer is. */
export interface Finality {
  readonly status: Status;
  /** Epoch ms. */
  readonly computed_at: number;
  readonly revision: number;
  readonly restated: Restatement | null;
  readonly source_count: number;
  readonly sources_final: number;
  readonly gaps: readonly string[];
  /** There were more events in a half-hour than ids are kept of: one that came twice may count twice. */
  readonly repeats_unchecked?: true;
}

/** One view of a roll-up without what merges; lists have at most `limit` entries, distributions are whole. */
export function presentRollup(rollup: Presentable, view: View, limit = 20): FlatRollup {
  const measures = rollup.measures[view];
  const list = (dimension: Dimension, most: number) =>
    topPage(rollup.top, dimension, view, { limit: most }).entries;
  const distribution = (dimension: Dimension) =>
    Object.fromEntries(
      list(dimension, Number.POSITIVE_INFINITY).map(({ value, requests }) => [value, requests]),
    );
  return {
    feed: rollup.feed,
    host: rollup.host ?? null,
    class: view,
    period: rollup.period ?? null,
    window_type: rollup.period ?? null,
    time_key: rollup.time_key ?? null,
    window_start: rollup.window_start,
    window_end: rollup.window_end,
    timezone: rollup.timezone,
    rules_version: rollup.rules_version,
    ...measures,
    avg_duration_ms: measures.avg_time_taken,
    top_paths: list('path', limit).map(({ value, requests, bytes }) => ({
      path: value,
      count: requests,
      bytes,
    })),
    top_countries: list('country', limit).map(({ value, requests }) => ({ country: value, count: requests })),
    top_referrers: list('referrer_domain', limit).map(({ value, requests }) => ({
      referrer: value,
      count: requests,
    })),
    edge_distribution: distribution('edge_location'),
    status_codes: distribution('status_code'),
  };
}

export function finalityOf(rollup: Presentable): Finality {
  const { status, computed_at, source_count, sources_final, gaps } = rollup;
  const { revision = 1, restated = null, repeats_unchecked } = rollup;
  const unchecked = repeats_unchecked && { repeats_unchecked };
  return { status, computed_at, revision, restated, source_count, sources_final, gaps, ...unchecked };
}
