import { BadTimeKey } from './time-key.ts';
import { HALF_HOUR } from './time-zone.ts';

/** First instant, in epoch ms, of the half-hour (UTC) that holds an instant. */
export function windowStart(ms: number): number {
  return Math.floor(ms / HALF_HOUR) * HALF_HOUR;
}

/** `2026-02-16/14-30`: the key of the window that holds an instant. */
export function windowKey(ms: number): string {
  const iso = new Date(windowStart(ms)).toISOString();
  return `${iso.slice(0, 10)}/${iso.slice(11, 13)}-${iso.slice(14, 16)}`;
}

/** First instant of a window by its key. Throws BadTimeKey. */
export function parseWindowKey(key: string): number {
  const [, date, hour, minute] = /^(\d{4}-\d\d-\d\d)\/(\d\d)-(00|30)$/.exec(key) ?? [];
  const start = Date.parse(`${date}T${hour}:${minute}:00Z`);
  if (Number.isNaN(start) || windowKey(start) !== key) {
    throw new BadTimeKey(`${JSON.stringify(key)} is no window: the form is 2026-02-16/14-30`);
  }
  return start;
}
