import type { SideStatus } from './day-traffic.ts';

export const COST_PERIODS = ['daily', 'weekly', 'monthly'] as const;
export type CostPeriod = (typeof COST_PERIODS)[number];

/** A cost roll-up's place; days, weeks and months are UTC. */
export interface CostRollupName {
  readonly period: CostPeriod;
  readonly time_key: string;
}

/** A name and its exact sum, largest first; equal sums in order of names. */
export interface NamedAmount {
  readonly name: string;
  readonly amount: string;
}

export interface UsageAmount {
  readonly service: string;
  readonly usage_type: string;
  readonly amount: string;
  /** By unit: quantities of different units are never added. */
  readonly quantities: Readonly<Record<string, string>>;
}

/** What a ratio is made of: the money of the days on which both sides are known, and what was counted on these. */
export interface Matched {
  readonly cost: string;
  readonly count: number;
  readonly days: number;
}

/** The money of one currency. All amounts are exact decimal texts. */
export interface CurrencyCosts {
  readonly currency: string;
  /** Charges: without credits, refunds and tax. */
  readonly total: string;
  readonly amortized: string | null;
  readonly credits: string;
  readonly refunds: string;
  readonly tax: string;
  /** What AWS bills: total, credits, refunds and tax together. */
  readonly net: string;
  readonly by_service: readonly NamedAmount[];
  readonly by_region: readonly NamedAmount[];
  readonly by_usage_type: readonly UsageAmount[];
  /** Backbone's own share; null: not every day says. */
  readonly own: string | null;
  readonly per_request: Matched;
  readonly per_transfer: Matched;
  readonly per_visitor_day: Matched;
}

/** How settled the money is. */
export interface CostSide {
  readonly status: SideStatus;
  /** AWS's own flag, of any day. */
  readonly estimated: boolean;
  /** Epoch ms: the oldest of the days' last readings; null without any. */
  readonly collected_at: number | null;
  readonly sources: readonly string[];
  /** Scopes that were read; more than one: settings were changed within the period. */
  readonly scopes: readonly string[];
  /** Days that are over and of which nothing is known. */
  readonly gaps: readonly string[];
  readonly days: number;
}

export interface TrafficSide {
  readonly status: SideStatus;
  readonly feeds: readonly string[];
  readonly total_requests: number | null;
  readonly total_transfers: number | null;
  readonly transfers_from: readonly string[];
  /** Of a day; longer periods have none. */
  readonly unique_visitors: number | null;
  readonly visitor_days: number | null;
  readonly visitors_bound: 'exact' | 'upper';
  /** Days that no traffic is known of. */
  readonly gaps: readonly string[];
}

export interface CostRestatement {
  /** Epoch ms. */
  readonly at: number;
  /** `late-data`: AWS restated; `source`: another source or scope now speaks for the day. */
  readonly reason: 'late-data' | 'source';
  /** Net, new minus old, by currency. */
  readonly difference: Readonly<Record<string, string>>;
}

/** A day of a longer period: what series and comparisons read. */
export interface CostChild {
  readonly time_key: string;
  readonly status: 'partial' | 'final';
  readonly estimated: boolean;
  /** Of the money alone. */
  readonly money_hash: string;
  readonly totals: Readonly<Record<string, { readonly total: string; readonly net: string }>>;
}

/** A roll-up as it is stored. */
export interface CostRollup extends CostRollupName {
  /** Epoch ms, the end exclusive. */
  readonly window_start: number;
  readonly window_end: number;
  /** Final when both sides are. */
  readonly status: 'partial' | 'final';
  /** 1, and one more for each time that money which was already known became other money. */
  readonly revision: number;
  readonly restated?: CostRestatement;
  readonly computed_at: number;
  /** Of all but times and counters. */
  readonly content_hash: string;
  readonly money_hash: string;
  readonly write: number;
  readonly cost: CostSide;
  readonly traffic: TrafficSide;
  /** In order of their names. USD is absent where nothing was billed in it. */
  readonly currencies: readonly CurrencyCosts[];
  /** In time order; a day has none. */
  readonly children: readonly CostChild[];
  /** What it was made from, with the counters of each: the same again need not be written again. */
  readonly inputs: readonly string[];
}
