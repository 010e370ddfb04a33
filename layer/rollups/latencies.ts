import { CLASSES, type EventBlock } from '@sgraph-backbone/layer/logs';
import { recordValue } from './histogram.ts';
import type { Summary } from './summary.ts';
import type { Kind } from './summary-builder.ts';

/** Counts the latencies of the rows that have them: of an application, how long its events took. */
export function countLatencies(
  summary: Summary,
  block: EventBlock,
  rows: Int32Array,
  count: number,
  kind: Kind,
): void {
  const durations = kind === 'application' ? block.duration_ms : block.time_taken;
  countColumn(summary, 'time_taken', durations, block.class, rows, count);
  countColumn(summary, 'ttfb', block.time_to_first_byte, block.class, rows, count);
}

function countColumn(
  summary: Summary,
  name: 'time_taken' | 'ttfb',
  values: Int32Array,
  classes: Uint8Array,
  rows: Int32Array,
  count: number,
) {
  const histograms = CLASSES.map((own) => summary.classes[own][name]);
  const sums = new Float64Array(CLASSES.length);
  const counts = new Float64Array(CLASSES.length);
  for (let i = 0; i < count; i += 1) {
    const row = rows[i]!;
    const value = values[row]!;
    if (value < 0) continue;
    const own = classes[row]!;
    sums[own]! += value;
    counts[own]! += 1;
    recordValue(histograms[own]!, value);
  }
  CLASSES.forEach((own, at) => {
    summary.classes[own].counters[`${name}_sum`] += sums[at]!;
    summary.classes[own].counters[`${name}_count`] += counts[at]!;
  });
}
