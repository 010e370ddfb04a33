import { type DemoFile, deliveries } from './deliveries.ts';
import { demoDay } from './demo-day.ts';
import { type Report, reportsOf } from './reports.ts';

const DAY = 86_400_000;

export const DEMO_SEED = 'demo';

/** Seven whole days and today so far, as two tell them who know nothing of each other. */
export interface DemoWeek {
  /** The first instant of the oldest day, epoch ms. */
  readonly start: number;
  /** Log files in order of arrival. */
  readonly files: readonly DemoFile[];
  /** What the application reports, in order of time. */
  readonly reports: readonly Report[];
}

/**
 * The demo week at a moment: nothing arrives or happens after `now`. A day's files and reports depend on its date and
 * the seed alone, so tomorrow's demo holds today's files byte for byte.
 */
export function demoWeek(now: number, seed = DEMO_SEED): DemoWeek {
  const today = now - (now % DAY);
  const days = Array.from({ length: 8 }, (_, back) => today - back * DAY);
  const weeks = days.map((day) => [day, demoDay(day, seed)] as const);
  const files = weeks
    .flatMap(([day, requests]) => deliveries(requests, day, seed))
    .filter(({ arrival }) => arrival <= now)
    .sort((a, b) => a.arrival - b.arrival || (a.name < b.name ? -1 : 1));
  const reports = reportsOf(weeks.flatMap(([, requests]) => requests)).filter(({ at }) => at <= now);
  return { start: today - 7 * DAY, files, reports };
}

/** Its log files alone. */
export function demoFiles(now: number, seed = DEMO_SEED): readonly DemoFile[] {
  return demoWeek(now, seed).files;
}
