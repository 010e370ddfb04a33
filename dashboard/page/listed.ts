import type { Entry, Summary, TopList } from './answers.ts';
import { measured } from './answers.ts';

/** The counts of a row. */
export type Counts = Omit<Entry, 'value'>;
export type Column = keyof Counts;

/** Counts of the whole window, which shares are parts of; null: not measured, or not known here. */
export type Totals = Readonly<Record<Column, number | null>>;

/** Rows on one page of a list. */
export const ROWS = 10;

/** Dimensions whose lists say how many requests had no value; in the others having none is the rule. */
const TELL_ABSENT = new Set(['referrer_domain', 'country', 'content_type', 'host']);

export function totalsOf(summary: Summary): Totals {
  return {
    requests: measured(summary, 'total_requests'),
    page_views: measured(summary, 'page_views'),
    bytes: measured(summary, 'total_bytes'),
    errors: measured(summary, 'error_count'),
  };
}

/**
 * A list's rows, the highest of a column first; ties keep the API's order, which is by requests.
 * What has nothing in that column is left out: sorted by errors, a list is the list of what fails.
 */
export function rowsOf(list: TopList, dimension: string, by: Column, totals: Totals): readonly Entry[] {
  const absent = TELL_ABSENT.has(dimension) ? absentOf(list, totals) : undefined;
  const rows = absent === undefined ? list.entries : [...list.entries, absent];
  return rows.filter((row) => row[by] > 0).toSorted((a, b) => b[by] - a[by]);
}

/** One page of rows, counted from 0. */
export function pageOf(rows: readonly Entry[], page: number): readonly Entry[] {
  return rows.slice(page * ROWS, (page + 1) * ROWS);
}

// Lists hold what had a value: what the window counts beyond them had none.
function absentOf(list: TopList, totals: Totals): Entry | undefined {
  const rest = (column: Column) => {
    const listed = list.entries.reduce((sum, entry) => sum + entry[column], list.other?.[column] ?? 0);
    return Math.max(0, (totals[column] ?? 0) - listed);
  };
  const counts = { requests: rest('requests'), page_views: rest('page_views'), bytes: rest('bytes') };
  return counts.requests === 0 ? undefined : { value: '', ...counts, errors: rest('errors') };
}
