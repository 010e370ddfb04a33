import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { readUses } from './chunks.ts';
import type { NumberedUse, TokenRecord } from './record.ts';

/** Uses that are read for it, at most: the newest ones. */
export const ACTIVITY_USES = 25_600;

const PIECE = 1_024;
const HOUR = 3_600_000;

/** When a token was used, and by how many. */
export interface Activity {
  /** `2026-02-16-14` (UTC), every hour of the span. */
  readonly hours: readonly { readonly time_key: string; readonly uses: number }[];
  /** Days of the site's zone. Visitors of different days can't be told to be the same. */
  readonly days: readonly {
    readonly time_key: string;
    readonly uses: number;
    /** Null: none of these uses said where it came from. */
    readonly unique_visitors: number | null;
  }[];
  /** False: there were more uses than are read; the earliest hours and days lack some. */
  readonly complete: boolean;
}

export interface ActivityQuestion {
  /** Epoch ms; the end is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly dayOf: (ms: number) => string;
}

/** Reads a token's uses back from the newest, as far as the span reaches. */
export async function readActivity(
  data: ObjectStore,
  record: TokenRecord,
  question: ActivityQuestion,
): Promise<Activity> {
  const { from, to, dayOf } = question;
  const uses: NumberedUse[] = [];
  const last = Math.max(0, record.usage_count - ACTIVITY_USES);
  let through = record.usage_count;
  for (let isWithin = true; isWithin && through > last; through -= PIECE) {
    const piece = await readUses(data, record, Math.max(last, through - PIECE) + 1, through);
    uses.push(...piece.filter(({ event: { timestamp } }) => timestamp >= from && timestamp < to));
    isWithin = piece.some(({ event: { timestamp } }) => timestamp >= from);
  }
  const complete = through <= 0 || !uses.some(({ number }) => number === last + 1);
  return { hours: hoursOf(uses, from, to), days: daysOf(uses, dayOf), complete };
}

function hoursOf(uses: readonly NumberedUse[], from: number, to: number) {
  const counts = new Map<number, number>();
  for (let hour = from - (from % HOUR); hour < to; hour += HOUR) counts.set(hour, 0);
  for (const { event } of uses) {
    const hour = event.timestamp - (event.timestamp % HOUR);
    counts.set(hour, (counts.get(hour) ?? 0) + 1);
  }
  return [...counts].map(([hour, uses]) => ({ time_key: hourKey(hour), uses }));
}

function daysOf(uses: readonly NumberedUse[], dayOf: (ms: number) => string) {
  const days = new Map<string, { uses: number; visitors: Set<string> }>();
  for (const { event } of uses) {
    const day = dayOf(event.timestamp);
    const counted = days.get(day) ?? { uses: 0, visitors: new Set() };
    counted.uses += 1;
    if (event.visitor !== undefined) counted.visitors.add(`${event.visitor.key_id} ${event.visitor.hash}`);
    days.set(day, counted);
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([time_key, { uses, visitors }]) => ({ time_key, uses, unique_visitors: visitors.size || null }));
}

function hourKey(ms: number): string {
  return new Date(ms).toISOString().slice(0, 13).replace('T', '-');
}
