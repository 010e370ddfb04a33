/** Why a collection failed, in words for its operator. */
export interface CollectorError {
  /** Epoch ms. */
  readonly at: number;
  /** AWS's name of the error, or ours: `BudgetSpent`, `IncompleteAnswer`. */
  readonly code: string;
  readonly message: string;
}

/** What one collection did. */
export interface CollectorRun {
  readonly at: number;
  readonly finished_at: number;
  readonly outcome: 'done' | 'failed';
  /** UTC days, `to` exclusive. */
  readonly from: string;
  readonly to: string;
  readonly calls: number;
  readonly days: number;
  /** Days whose numbers are not what they were. */
  readonly changed: number;
}

/** Where the collector stands. */
export interface CollectorState {
  /** The last UTC day through which every day has been read. */
  readonly mark: string | null;
  readonly last_run: CollectorRun | null;
  readonly last_success_at: number | null;
  /** Of the last run; null once one succeeds. */
  readonly last_error: CollectorError | null;
}

/** Calls that may have been billed on one UTC day. */
export interface CallCount {
  readonly date: string;
  readonly calls: number;
}
