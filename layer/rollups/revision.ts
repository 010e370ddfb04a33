import { HEADLINE } from './headline.ts';
import { type RollupValue, type StoredRollup, VIEWS, type View } from './rollup.ts';

export type RestatementReason = 'late-data' | 'rules' | 'forget' | 'timezone';

/** Headline numbers that changed, new minus old by view; null on either side counts as 0. */
export type Difference = Readonly<Partial<Record<View, Readonly<Record<string, number>>>>>;

export interface Restatement {
  /** Epoch ms. */
  readonly at: number;
  readonly reason: RestatementReason;
  readonly difference: Difference;
}

/** A roll-up as it is stored. */
export interface Rollup extends StoredRollup {
  /** 1, and one more for each time that a final value was restated. */
  readonly revision: number;
  /** The last restatement. */
  readonly restated?: Restatement;
}

/**
 * What is to be stored where `previous` is. Only what was final and now has another content hash is restated: a number
 * that was still partial was expected to move, so neither that nor becoming final is a revision. The write counter
 * goes up each time.
 */
export function revise(
  previous: Rollup | undefined,
  next: RollupValue,
  change: { readonly at: number; readonly reason: RestatementReason },
): Rollup {
  const write = (previous?.write ?? 0) + 1;
  if (!previous) return { ...next, write, revision: 1 };
  if (previous.status !== 'final' || previous.content_hash === next.content_hash) {
    const { revision, restated } = previous;
    return { ...next, write, revision, ...(restated ? { restated } : {}) };
  }
  const restated = { ...change, difference: differenceOf(previous, next) };
  return { ...next, write, revision: previous.revision + 1, restated };
}

function differenceOf(previous: RollupValue, next: RollupValue): Difference {
  const views = VIEWS.map((view) => [view, viewDifference(previous, next, view)] as const);
  return Object.fromEntries(views.filter(([, changed]) => Object.keys(changed).length > 0));
}

function viewDifference(previous: RollupValue, next: RollupValue, view: View): Record<string, number> {
  const changes = HEADLINE.map((name) => {
    const before = previous.measures[view][name] ?? 0;
    return [name, (next.measures[view][name] ?? 0) - before] as const;
  });
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}
