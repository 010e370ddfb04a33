import { type CostRollup, presentCosts } from '@sgraph-backbone/layer/costs';
import { finalityOf, presentRollup, type Rollup } from '@sgraph-backbone/layer/rollups';

/** The class that views show unless another is asked for. */
const SHOWN = 'human';

/** A roll-up as its readers know it: measures and lists in one object, how settled it is, and nothing to merge. */
export function flatRollup(rollup: Rollup): object {
  const { revision, content_hash } = rollup;
  return { ...presentRollup(rollup, SHOWN), ...finalityOf(rollup), revision, content_hash };
}

/** A roll-up of costs in schema C. */
export function flatCosts(rollup: CostRollup): object {
  return { ...presentCosts(rollup), content_hash: rollup.content_hash };
}

/** Whether a value is a roll-up of costs. */
export function isCostRollup(value: unknown): value is CostRollup {
  return hasAll(value, ['period', 'time_key', 'currencies', 'cost', 'traffic', 'money_hash']);
}

/** Whether a value of the pipeline is a roll-up. */
export function isRollup(value: unknown): value is Rollup {
  return hasAll(value, ['feed', 'period', 'time_key', 'measures', 'top', 'merge']);
}

function hasAll(value: unknown, members: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && members.every((member) => Object.hasOwn(value, member))
  );
}
