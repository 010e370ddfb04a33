import { instant } from './event-time.ts';
import { createLayout, type Layout } from './layout.ts';

/** How the lines of a real-time log are laid out from a moment on. */
export interface RealtimeLayout {
  /** Epoch ms: events from then on have these fields. */
  readonly from: number;
  /** In the order of delivery, which is CloudFront's own and not the one of the configuration. */
  readonly fields: readonly string[];
  /** Percent of requests that are logged, 1 to 100. */
  readonly sampling: number;
}

/** What is known beforehand about lines that have no header. */
export interface ConfiguredLines {
  /** Of all lines: what the one who brought the object says. */
  readonly given?: Layout;
  /** By time, the earliest first. */
  readonly inTime: readonly { readonly from: number; readonly layout: Layout }[];
}

/** Event times, the end exclusive. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

export function configuredLines(
  fields: readonly string[] | undefined,
  layouts: readonly RealtimeLayout[],
  realtime: boolean | undefined,
): ConfiguredLines {
  const inTime = layouts.map(({ from, fields }) => ({ from, layout: createLayout(fields, false, true) }));
  return {
    ...(fields ? { given: createLayout(fields, false, realtime) } : {}),
    inTime: inTime.sort((a, b) => a.from - b.from),
  };
}

/** The layout that holds at a moment, if any, and for how long it does. */
export function layoutAt({ inTime }: ConfiguredLines, ms: number): { layout?: Layout; span: Span } {
  const next = inTime.findIndex(({ from }) => from > ms);
  const at = (next < 0 ? inTime.length : next) - 1;
  const from = inTime[at]?.from ?? Number.NEGATIVE_INFINITY;
  const until = next < 0 ? Number.POSITIVE_INFINITY : inTime[next]!.from;
  return { layout: inTime[at]?.layout, span: { from, until } };
}

/** The moment in the first column of a real-time line; NaN where there is none. */
export function lineTime(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! > 0x20 && bytes[at] !== 0x2c) at++;
  return instant(bytes, start, at);
}

/** Whether a line is of this time. One that has no time is not. */
export function isWithin({ from, until }: Span, bytes: Uint8Array, start: number, end: number): boolean {
  const time = lineTime(bytes, start, end);
  return time >= from && time < until;
}
