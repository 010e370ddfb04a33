import {
  buildRollup,
  type Calendar,
  contentHash,
  createCalendar,
  encodeSummary,
  type Period,
  type Rollup,
  revise,
  type Span,
  type Summary,
  type WindowPart,
} from '@sgraph-backbone/layer/rollups';
import type { Line } from './event-blocks.ts';
import { summaryOf } from './summary-lines.ts';

export const UTC = createCalendar('UTC');
export const NOW = Date.UTC(2026, 5, 1);

export interface World {
  readonly calendar: Calendar;
  readonly feed: string;
  readonly host?: string;
  readonly coverage: readonly Span[];
  /** By the time key of the half-hour. */
  readonly windows: ReadonlyMap<string, WindowPart>;
}

/** A window that holds one batch with these summaries. */
export function windowOf(summary: Summary, hosts: Record<string, Summary> = {}, batches = 1): WindowPart {
  const content = {
    summary: encodeSummary(summary),
    hosts: Object.fromEntries(Object.entries(hosts).map(([host, sum]) => [host, encodeSummary(sum)])),
    rules_versions: ['rules-1'],
  };
  const names = Array.from({ length: batches }, (_, n) => ({ name: `${n}.1` }));
  return { ...content, batches: names, content_hash: contentHash(content), write: 1 };
}

/** Windows by time key, each from its lines. */
export function windowsOf(lines: Readonly<Record<string, readonly Line[]>>): Map<string, WindowPart> {
  return new Map(Object.entries(lines).map(([key, own]) => [key, windowOf(summaryOf(own))]));
}

export function world(given: Partial<World> = {}): World {
  return { calendar: UTC, feed: 'standard.local', coverage: [], windows: new Map(), ...given };
}

/** A roll-up and all it needs, built from the windows up; undefined where nothing exists below it. */
export function rollUp(of: World, period: Period, time_key: string): Rollup | undefined {
  const { calendar, feed, host, coverage } = of;
  const children =
    period === '30min'
      ? [{ period, time_key, window: of.windows.get(time_key) }]
      : calendar
          .children(period, time_key)
          .map((tile) => ({ ...tile, rollup: rollUpWhereData(of, tile.period, tile.time_key) }));
  if (children.every((child) => !('rollup' in child ? child.rollup : child.window))) return undefined;
  const value = buildRollup({ feed, host, period, time_key, calendar, children, coverage, now: NOW });
  return revise(undefined, value, { at: NOW, reason: 'late-data' });
}

// A year has 17,520 half-hours: only those around a window are looked at.
function rollUpWhereData(of: World, period: Period, time_key: string): Rollup | undefined {
  const { start, end } = of.calendar.span(period, time_key);
  const touched = [...of.windows.keys()].some((key) => {
    const window = of.calendar.span('30min', key).start;
    return window >= start && window < end;
  });
  return touched ? rollUp(of, period, time_key) : undefined;
}
