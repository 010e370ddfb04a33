import type { CostSource } from './cost-entry.ts';

/** One reading of a day that said something else than the one before it. */
export interface CostVersion {
  /** Counts up within a day. */
  readonly version: number;
  readonly source: CostSource;
  readonly scope: string;
  /** Of the lines, without times: names the object that holds them. */
  readonly content_hash: string;
  readonly estimated: boolean;
  /** Epoch ms of the first and of the last reading that said this. */
  readonly first_collected_at: number;
  readonly collected_at: number;
  /** All that AWS bills for the day, by currency, as decimal texts. */
  readonly net: Readonly<Record<string, string>>;
  /** New minus the reading before of the same source and scope, by currency; absent for a first reading. */
  readonly difference?: Readonly<Record<string, string>>;
}

/** All readings of a month's days: one object, so that the days of an import change together. */
export interface CostMonth {
  readonly month: string;
  readonly days: Readonly<Record<string, readonly CostVersion[]>>;
}
