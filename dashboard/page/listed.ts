import type { Entry, Summary, TopList } from './answers.ts';
import { measured } from './answers.ts';

/** The counts of a row. */
export type Counts = Omit<Entry, 'value'>;
export type Column = keyof Counts;

/** Counts of the whole window; null: not measured. */
export type Totals = Readonly<Record<Column, number | null>>;

/** Rows on one page of a list. */
export const ROWS = 10;

/** Where having no value says as much as a value does, it has its place among them; else it stands below. */
const RANKED = new Set(['referrer_domain', 'country', 'content_type', 'host']);

export function totalsOf(summary: Summary): Totals {
  return {
    requests: measured(summary, 'total_requests'),
    page_views: measured(summary, 'page_views'),
    bytes: measured(summary, 'total_bytes'),
    errors: measured(summary, 'error_count'),
  };
}

/** A list as it is shown. */
export interface Listed {
  /**
   * The highest of a column first; ties keep the API's order. What has nothing in that column is left out; by requests
   * everything counted is there, since not all that applications report is a request.
   */
  readonly rows: readonly Entry[];
  /** What had no value, where it is not a row. */
  readonly none: Counts | undefined;
  /** What is beyond the longest list that is kept. */
  readonly other: Counts | undefined;
  /** The column's sum over all of them: what shares are parts of. */
  readonly whole: number;
}

export function listedOf(list: TopList, dimension: string, by: Column): Listed {
  const [none, other] = [list.none, list.other].map((counts) =>
    counts && isListed(counts, by) ? counts : undefined,
  );
  const ranked = none !== undefined && RANKED.has(dimension);
  const all = ranked ? [...list.entries, { value: '', ...none }] : list.entries;
  const rows = all.filter((row) => isListed(row, by)).toSorted((a, b) => b[by] - a[by]);
  const rest = { none: ranked ? undefined : none, other };
  const whole = [...rows, rest.none, other].reduce((sum, counts) => sum + (counts?.[by] ?? 0), 0);
  return { rows, ...rest, whole };
}

function isListed(counts: Counts, by: Column): boolean {
  const { requests, page_views, bytes, errors } = counts;
  return by === 'requests' ? requests + page_views + bytes + errors > 0 : counts[by] > 0;
}

/** One page of rows, counted from 0. */
export function pageOf(rows: readonly Entry[], page: number): readonly Entry[] {
  return rows.slice(page * ROWS, (page + 1) * ROWS);
}
