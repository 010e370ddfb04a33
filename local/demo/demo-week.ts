import { type DemoFile, deliveries } from './deliveries.ts';
import { demoDay } from './demo-day.ts';

const DAY = 86_400_000;

export const DEMO_SEED = 'demo';

/**
 * The log files of seven whole days and of today so far, in order of arrival; nothing that arrives after `now`.
 * A day's files depend on its date and the seed alone, so tomorrow's demo holds today's files byte for byte.
 */
export function demoFiles(now: number, seed = DEMO_SEED): DemoFile[] {
  const today = now - (now % DAY);
  return Array.from({ length: 8 }, (_, back) => today - back * DAY)
    .flatMap((day) => deliveries(demoDay(day, seed), day, seed))
    .filter(({ arrival }) => arrival <= now)
    .sort((a, b) => a.arrival - b.arrival || (a.name < b.name ? -1 : 1));
}
