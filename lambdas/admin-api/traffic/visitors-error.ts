import { VISITOR_PRECISION } from '@sgraph-backbone/layer/rollups';

/** Percent; HyperLogLog's, to two digits. */
const STANDARD_ERROR = Math.round(10_400 / Math.sqrt(2 ** VISITOR_PRECISION)) / 100;

/** Sketches are exact to 1,000; an estimate of a few more may come out this much below. */
const SURELY_EXACT = 960;

/**
 * The standard error of a number of visitors, in percent: at most so much, 0 where each was counted. It is beside
 * `visitors_bound`, which says whether some may have been counted twice. Null: not measured.
 */
export function visitorsError(visitors: number | null): number | null {
  if (visitors === null) return null;
  return visitors <= SURELY_EXACT ? 0 : STANDARD_ERROR;
}
