import type { MinuteClass, MinutePart } from '@sgraph-backbone/layer/batches';
import { CLASSES, type Class } from '@sgraph-backbone/layer/logs';
import {
  createSketch,
  decodeSketch,
  estimateSketch,
  mergeSketch,
  type Sketch,
  VISITOR_PRECISION,
} from '@sgraph-backbone/layer/rollups';

/** Minutes of batches added up. */
export interface MinuteSum {
  requests: number;
  /** Requests or not. */
  events: number;
  /** Lines of a log that holds a part of all requests. */
  sampled: number;
  readonly visitors: Map<string, Sketch>;
  readonly transfers: Sketch;
}

/** Minutes whose first moment lies in a time: `from` inclusive, `to` exclusive, epoch ms. */
export interface MinuteSpan {
  readonly from: number;
  readonly to: number;
}

export function emptySum(): MinuteSum {
  return {
    requests: 0,
    events: 0,
    sampled: 0,
    visitors: new Map(),
    transfers: createSketch(VISITOR_PRECISION),
  };
}

/** Each class of the minutes of a time; the order in which they are given does not matter. */
export function sumMinutes(
  parts: Iterable<MinutePart>,
  { from, to }: MinuteSpan,
): Readonly<Record<Class, MinuteSum>> {
  const sums = Object.fromEntries(CLASSES.map((name) => [name, emptySum()])) as Record<Class, MinuteSum>;
  for (const { minute, classes } of parts) {
    if (minute < from || minute >= to) continue;
    for (const name of CLASSES) {
      const own = classes[name];
      if (own) addMinute(sums[name], own);
    }
  }
  return sums;
}

/** Adds `from` into `into`. */
export function addSum(into: MinuteSum, from: MinuteSum): void {
  into.requests += from.requests;
  into.events += from.events;
  into.sampled += from.sampled;
  for (const [id, sketch] of from.visitors) mergeSketch(sketchOf(into, id), sketch);
  mergeSketch(into.transfers, from.transfers);
}

/** Visitors of a sum: who came under two days' keys counts twice. Null where they were not measured. */
export function visitorsOf({ events, sampled, visitors }: MinuteSum): number | null {
  if (sampled > 0 || (events > 0 && visitors.size === 0)) return null;
  return [...visitors.values()].reduce((count, sketch) => count + estimateSketch(sketch), 0);
}

function addMinute(into: MinuteSum, { events, requests = 0, sampled = 0, visitors, transfers }: MinuteClass) {
  into.events += events;
  into.requests += requests;
  into.sampled += sampled;
  for (const [id, text] of Object.entries(visitors ?? {}))
    mergeSketch(sketchOf(into, id), decodeSketch(text));
  if (transfers) mergeSketch(into.transfers, decodeSketch(transfers));
}

function sketchOf({ visitors }: MinuteSum, id: string): Sketch {
  const sketch = visitors.get(id) ?? createSketch(VISITOR_PRECISION);
  visitors.set(id, sketch);
  return sketch;
}
