/** How settled one side of a number is. `unknown`: nothing is known of that time. */
export type SideStatus = 'final' | 'partial' | 'unknown';

/** What the traffic roll-ups say of one UTC day. */
export interface DayTraffic {
  readonly status: SideStatus;
  /** The feed or kind that requests and visitors come from. */
  readonly feed: string;
  /** Requests of all classes; null: not measured. */
  readonly requests: number | null;
  /** Distinct human visitors of the UTC day. */
  readonly visitors: number | null;
  readonly visitors_bound: 'exact' | 'upper';
  readonly transfers: number | null;
  /** `application`: transfers that were completed; `logs`: uploads in the logs. */
  readonly transfers_from: 'application' | 'logs' | null;
  /** Changes whenever what it was read from has been written again. */
  readonly mark: string;
}

/** Reads the traffic of a UTC day, `2026-02-16`, merged from hours where the site's days are others. */
export type ReadDayTraffic = (date: string) => Promise<DayTraffic>;
