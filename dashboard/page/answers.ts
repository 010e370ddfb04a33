/** A measure's value; null: not measured. */
export type Value = number | null;

/** How settled the numbers of an answer are. Instants are epoch ms or RFC 3339. */
export interface Finality {
  readonly status: 'partial' | 'final';
  readonly computed_at: number | string | null;
  readonly revision: number | null;
  readonly restated: Restatement | null;
  readonly source_count: number;
  readonly sources_final: number;
  readonly gaps: readonly string[];
}

export interface Restatement {
  readonly at: number | string;
  readonly reason: string;
  /** What changed, by class and measure. */
  readonly difference?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What the class filter left out, by class. */
export type Filtered = Readonly<Record<string, number>>;

/** The envelope of every traffic answer. */
export interface TrafficAnswer<Data> {
  readonly query: Readonly<Record<string, unknown>>;
  readonly finality: Finality;
  readonly data: Data;
  readonly filtered: Filtered;
  readonly next_cursor?: string | null;
  /** `rows`: the raw rows were read, because no roll-up answers the filters. */
  readonly source?: 'rollups' | 'rows';
  /** Days of which raw rows are missing. */
  readonly expired?: readonly string[];
}

/** How much more one number is than another. */
export interface Difference {
  readonly absolute: Value;
  readonly percent: Value;
}

/** A window's numbers beside those of another time. */
export interface SummaryComparison {
  /** The window still runs: both are the part of it that is over. */
  readonly part: boolean;
  readonly own: { readonly from: string; readonly to: string };
  readonly other: {
    readonly from: string;
    readonly to: string;
    readonly finality: Finality;
    readonly data: Readonly<Record<string, Value>>;
  };
  readonly differences: Readonly<Record<string, Difference>>;
}

export interface SummaryAnswer extends TrafficAnswer<Summary> {
  readonly comparison?: SummaryComparison | null;
}

export interface SeriesAnswer extends TrafficAnswer<Series> {
  readonly comparison?: { readonly other: { readonly points: readonly Point[] } } | null;
}

/** A roll-up, flattened: its window and its measures by name. */
export interface Summary {
  readonly window_start: number;
  readonly window_end: number;
  readonly timezone: string;
  readonly status_breakdown: Readonly<Record<string, number>> | null;
  readonly visitors_bound?: 'exact' | 'upper';
  readonly [measure: string]: unknown;
}

export interface Point {
  readonly time_key: string;
  readonly window_start: number;
  readonly window_end: number;
  readonly status: 'partial' | 'final';
  readonly [measure: string]: unknown;
}

export interface Series {
  readonly points: readonly Point[];
}

export interface Entry {
  readonly value: string;
  readonly requests: number;
  readonly page_views: number;
  readonly bytes: number;
  readonly errors: number;
}

export interface TopList {
  readonly entries: readonly Entry[];
  /** Requests without a value; null where requests are not known. */
  readonly none: Omit<Entry, 'value'> | null;
  readonly other: Omit<Entry, 'value'> | null;
  /** No value, listed or not, had this many requests more than the list says. */
  readonly cut_off: number;
  /** Entries on all pages. */
  readonly total: number;
}

/** A measure of an answer, or null where it is absent or not a number. */
export function measured(data: Readonly<Record<string, unknown>>, measure: string): Value {
  const value = data[measure];
  return typeof value === 'number' ? value : null;
}
