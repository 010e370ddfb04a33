import { finalityOf, presentRollup, type Rollup } from '@sgraph-backbone/layer/rollups';

/** The class that views show unless another is asked for. */
const SHOWN = 'human';

/** A roll-up as its readers know it: measures and lists in one object, how settled it is, and nothing to merge. */
export function flatRollup(rollup: Rollup): object {
  const { revision, content_hash } = rollup;
  return { ...presentRollup(rollup, SHOWN), ...finalityOf(rollup), revision, content_hash };
}

/** Whether a value of the pipeline is a roll-up. */
export function isRollup(value: unknown): value is Rollup {
  const members = ['feed', 'period', 'time_key', 'measures', 'top', 'merge'];
  return (
    typeof value === 'object' && value !== null && members.every((member) => Object.hasOwn(value, member))
  );
}
