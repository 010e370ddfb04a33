import type { PrivateEvent } from '@sgraph-backbone/layer/events';
import { countedDays } from './days.ts';
import { withPacked } from './packed-uses.ts';
import { type Action, remainingOf, type Status, statusOf, type TokenRecord, useEventId } from './record.ts';
import { hashOfUseId, usesSince, withUseId } from './use-ids.ts';

/** A wish to use a token. */
export interface TokenUse {
  readonly action: Action;
  /** Known again within the token's last 1,000 uses. */
  readonly use_id: string;
  /** Day of the site's zone that the use is counted on. */
  readonly day: string;
  /** Who and when; its id, type and token follow from the decision. */
  readonly event: PrivateEvent;
}

export type RejectionReason = Exclude<Status, 'active'>;

/** What became of a wish to use a token. */
export interface UseAnswer {
  readonly success: boolean;
  readonly usage_count: number;
  /** Null: unlimited. */
  readonly remaining: number | null;
  /** After this use. */
  readonly status: Status;
  readonly rejection_reason: RejectionReason | null;
  /** Of the event of this use, or of the one that it repeats. */
  readonly event_id: string | null;
  /** A use with this id was accepted before; it was not counted again. */
  readonly repeated: boolean;
}

/** The decision about one use at a moment, and the record that holds it; without a record nothing changes. */
export interface UseDecision {
  readonly answer: UseAnswer;
  readonly record?: TokenRecord;
}

/** Limit, expiry, state, idempotency and count, decided together. A repeated use is answered as it was: accepted. */
export function decideUse(record: TokenRecord, use: TokenUse, now: number): UseDecision {
  const hash = hashOfUseId(use.use_id);
  const since = usesSince(record.recent, hash);
  if (since !== undefined) return { answer: accepted(record, now, record.usage_count - since, true) };
  const status = statusOf(record, now);
  if (status !== 'active') return { answer: rejected(record, status) };
  const next = withUse(record, use, hash);
  return { answer: accepted(next, now, next.usage_count, false), record: next };
}

function withUse(record: TokenRecord, { action, day, event }: TokenUse, hash: string): TokenRecord {
  const { event_id: _, event_type: __, token: ___, ...kept } = event;
  return {
    ...record,
    usage_count: record.usage_count + 1,
    last_used_at: Math.max(record.last_used_at ?? 0, event.timestamp),
    days: countedDays(record.days, day),
    recent: withUseId(record.recent, hash),
    tail: withPacked(record.tail, { action, ...kept }),
  };
}

function accepted(record: TokenRecord, now: number, number: number, repeated: boolean): UseAnswer {
  return {
    success: true,
    usage_count: record.usage_count,
    remaining: remainingOf(record),
    status: statusOf(record, now),
    rejection_reason: null,
    event_id: useEventId(record.token_name, number),
    repeated,
  };
}

function rejected(record: TokenRecord, reason: RejectionReason): UseAnswer {
  return {
    success: false,
    usage_count: record.usage_count,
    remaining: remainingOf(record),
    status: reason,
    rejection_reason: reason,
    event_id: null,
    repeated: false,
  };
}
