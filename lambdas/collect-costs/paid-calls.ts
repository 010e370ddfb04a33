import { readCalls, releaseCall, reserveCall } from '@sgraph-backbone/layer/costs';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { CollectionFailed, callFailure, collectionFailed } from './collection-failed.ts';
import type { AskCostExplorer } from './cost-explorer.ts';

export interface PaidCallsOptions {
  readonly data: ObjectStore;
  readonly ask: AskCostExplorer;
  /** Epoch ms. */
  readonly now: () => number;
  /** Calls that may be made in a UTC day. */
  readonly most: number;
  /** Milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Cost Explorer within a budget, and how many of its calls may have been billed. */
export interface PaidCalls {
  readonly ask: AskCostExplorer;
  calls(): number;
}

const TRIES = 7;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Counts every call before it is made, so that no death makes one that nobody counted; one that AWS refused is free
 * and taken back. What may go well later is asked again after a wait that doubles. Throws CollectionFailed.
 */
export function paidCalls(options: PaidCallsOptions): PaidCalls {
  let made = 0;
  const ask: AskCostExplorer = async (question) => {
    for (let tries = 1; ; tries++) {
      const date = await reserve(options);
      made++;
      try {
        return await options.ask(question);
      } catch (error) {
        const { isRefused, isPassing } = callFailure(error);
        if (isRefused) {
          made--;
          await releaseCall(options.data, date);
        }
        if (!isPassing || tries >= TRIES) throw collectionFailed(error);
        await options.sleep(waitBefore(tries, options.random()));
      }
    }
  };
  return { ask, calls: () => made };
}

async function reserve({ data, now, most }: PaidCallsOptions): Promise<string> {
  const date = new Date(now()).toISOString().slice(0, 10);
  if (await reserveCall(data, date, most)) return date;
  const { calls } = await readCalls(data, date);
  throw new CollectionFailed(
    'BudgetSpent',
    `${calls} calls of Cost Explorer were made today (UTC), and costs.calls_per_day allows ${most}: the rest is read tomorrow, or after a change of that setting`,
  );
}

/** Half of it is drawn: collectors that were refused together don't come back together. */
function waitBefore(tries: number, random: number): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
  return wait / 2 + (random * wait) / 2;
}
