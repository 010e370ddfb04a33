import { CLASSES, type EventBlock } from '@sgraph-backbone/layer/logs';
import type { Counters } from './counters.ts';
import type { Summary } from './summary.ts';

/** Counts rows of logs that hold a part of all requests, and how many requests they stand for, in whole thousandths. */
export function countSampling(summary: Summary, block: EventBlock, rows: Int32Array, count: number): void {
  const { sampling } = block;
  for (let i = 0; i < count; i += 1) {
    const row = rows[i]!;
    const percent = sampling[row]!;
    if (percent < 0) continue;
    const { counters } = summary.classes[CLASSES[block.class[row]!]!];
    counters.sampled_requests += 1;
    counters.sampled_thousandths += Math.round(100_000 / percent);
  }
}

/** Requests that there were, as far as the sampling rates tell; null where all of them were logged. */
export function estimatedRequests(counters: Readonly<Counters>): number | null {
  const { total_requests, sampled_requests, sampled_thousandths } = counters;
  if (sampled_requests === 0) return null;
  return Math.round(total_requests - sampled_requests + sampled_thousandths / 1000);
}
