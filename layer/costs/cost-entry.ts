/** Where a reading comes from. An export says more than Cost Explorer and wins over it; `demo` is generated. */
export const COST_SOURCES = ['demo', 'cost-explorer', 'focus', 'cur'] as const;
export type CostSource = (typeof COST_SOURCES)[number];

/** What a line of a bill is. `charge` is everything that is not one of the others: usage, fees, discounts. */
export const RECORD_TYPES = ['charge', 'credit', 'refund', 'tax'] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

/** One sum that AWS sent, as decimal texts. */
export interface CostLine {
  readonly service: string;
  /** Null where the source was not asked for it. `global` and `NoRegion` are AWS's own names. */
  readonly region: string | null;
  readonly usage_type: string | null;
  readonly record_type: RecordType;
  readonly currency: string;
  /** Unblended. */
  readonly amount: string;
  /** Null where the source does not say. */
  readonly amortized: string | null;
  readonly usage_quantity: string | null;
  readonly usage_unit: string | null;
}

/**
 * What one source said about one UTC day at one time. The groupings describe the same money and are never added up;
 * a source that knows all of a line (an export) may give the same lines to several.
 */
export interface CostReading {
  /** UTC day. */
  readonly date: string;
  readonly source: CostSource;
  /** What the source was asked for: hash of accounts and tag filter. Readings of another scope are other numbers. */
  readonly scope: string;
  /** Whether AWS says that any of it is estimated. */
  readonly estimated: boolean;
  /** Epoch ms. */
  readonly collected_at: number;
  /** Charges by service and region: what totals are made of. */
  readonly by_region: readonly CostLine[];
  /** Charges by service and usage type. */
  readonly by_usage_type: readonly CostLine[];
  /** Credits, refunds and tax by service. */
  readonly apart: readonly CostLine[];
  /** Charges by service that carry Backbone's own tag; null: it was not asked for. */
  readonly own: readonly CostLine[] | null;
}

/** A raw entry, whole: schema C of the predecessor with what it lacked. */
export interface CostEntry extends CostLine {
  readonly date: string;
  readonly grouping: 'region' | 'usage_type' | 'apart' | 'own';
  readonly source: CostSource;
  readonly estimated: boolean;
  readonly collected_at: number;
}

/** Every line of a reading as a raw entry. */
export function entriesOf(reading: CostReading): CostEntry[] {
  const { date, source, estimated, collected_at } = reading;
  const of = (grouping: CostEntry['grouping'], lines: readonly CostLine[]) =>
    lines.map((line) => ({ date, grouping, source, ...line, estimated, collected_at }));
  return [
    ...of('region', reading.by_region),
    ...of('usage_type', reading.by_usage_type),
    ...of('apart', reading.apart),
    ...of('own', reading.own ?? []),
  ];
}
