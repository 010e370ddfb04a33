import { compareAndSet, type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import { callsKey, collectorKey } from './place.ts';

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
  /** Calls that AWS has billed, or may have. */
  readonly calls: number;
  /** Days that were read. */
  readonly days: number;
  /** Days whose numbers are not what they were. */
  readonly changed: number;
}

/** Where the collector stands. */
export interface CollectorState {
  /** The last UTC day through which every day has been read. */
  readonly mark: string | null;
  readonly last_run: CollectorRun | null;
  /** Epoch ms. */
  readonly last_success_at: number | null;
  /** Of the last run; null once one succeeds. */
  readonly last_error: CollectorError | null;
  /** Days whose roll-ups may not follow from what was read, because whoever read them has died; `to` exclusive. */
  readonly open: readonly { readonly from: string; readonly to: string }[];
}

/** Calls that may have been billed on one UTC day. */
export interface CallCount {
  readonly date: string;
  readonly calls: number;
}

/** What a call costs, in dollars. */
export const PRICE_OF_CALL = '0.01';

const NEW: CollectorState = { mark: null, last_run: null, last_success_at: null, last_error: null, open: [] };

export async function readCollectorState(data: ObjectStore): Promise<CollectorState> {
  return (await readJson<CollectorState>(data, collectorKey()))?.value ?? NEW;
}

/** Changes the state so that no change of another collector is lost. */
export async function changeCollectorState(
  data: ObjectStore,
  change: (state: CollectorState) => CollectorState,
): Promise<CollectorState> {
  return (await compareAndSet<CollectorState>(data, collectorKey(), (state = NEW) => change(state)))!;
}

/** Calls of a UTC day, by whomever. */
export async function readCalls(data: ObjectStore, date: string): Promise<CallCount> {
  return (await readJson<CallCount>(data, callsKey(date)))?.value ?? { date, calls: 0 };
}

/** Counts a call before it is made, unless `most` were made on that day. Answers whether it may be made. */
export async function reserveCall(data: ObjectStore, date: string, most: number): Promise<boolean> {
  let reserved = false;
  await compareAndSet<CallCount>(data, callsKey(date), (count = { date, calls: 0 }) => {
    reserved = count.calls < most;
    return reserved ? { ...count, calls: count.calls + 1 } : undefined;
  });
  return reserved;
}

/** Takes back a call that AWS has refused: those are free. */
export async function releaseCall(data: ObjectStore, date: string): Promise<void> {
  await compareAndSet<CallCount>(data, callsKey(date), (count) =>
    count === undefined ? undefined : { ...count, calls: Math.max(0, count.calls - 1) },
  );
}
