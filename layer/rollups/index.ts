export { type Calendar, createCalendar, type Span, type Tile } from './calendar.ts';
export { canonicalJson, contentHash } from './content-hash.ts';
export { BadTimeKey, PERIODS, type Period } from './time-key.ts';
export { HALF_HOUR, UnsupportedTimeZone } from './time-zone.ts';
export { parseWindowKey, windowKey, windowStart } from './window.ts';
