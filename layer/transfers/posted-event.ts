import type { InternalEvent } from '@sgraph-backbone/layer/events';
import { BadTransfer } from './errors.ts';

/** What can happen to a transfer. */
export const TRANSFER_EVENTS = [
  'created',
  'upload_started',
  'upload_completed',
  'viewed',
  'download_started',
  'download_completed',
  'expired',
  'deleted',
] as const;
export type TransferEventName = (typeof TRANSFER_EVENTS)[number];

/** What an application reports; each member is checked, whatever it is. */
export interface PostedTransferEvent
  extends Pick<
    InternalEvent,
    'app' | 'source' | 'duration_ms' | 'ip' | 'ip_hash' | 'user_agent' | 'referrer' | 'country'
  > {
  readonly event: TransferEventName;
  /** @default a fresh one */
  readonly event_id?: string | undefined;
  /** Epoch ms; required together with `event_id`. @default now */
  readonly timestamp?: number | undefined;
  /** Of the file: with an upload or a download. */
  readonly bytes?: number | undefined;
  /** Link key of a recipient. */
  readonly recipient?: string | undefined;
}

export type CheckedTransferEvent = PostedTransferEvent & {
  readonly event_id: string;
  readonly timestamp: number;
};

/** An event may be a day old: clients send again what they could not send before. */
const OLDEST = 24 * 3_600_000;
/** Clocks are not all right. */
export const SKEW = 5 * 60_000;

/** The event with its id and time. Throws BadTransfer. */
export function checkedEvent(
  posted: PostedTransferEvent,
  { now, newId }: { readonly now: () => number; readonly newId: () => string },
): CheckedTransferEvent {
  const { event, event_id, recipient, timestamp = now() } = posted;
  if (!TRANSFER_EVENTS.includes(event)) throw new BadTransfer('event', TRANSFER_EVENTS.join(', '));
  if (recipient !== undefined && typeof recipient !== 'string')
    throw new BadTransfer('recipient', 'the link key that POST /api/transfers/{id}/recipients answered');
  if (event_id !== undefined && posted.timestamp === undefined)
    throw new BadTransfer(
      'timestamp',
      'epoch milliseconds; required with event_id, which is known by its hour',
    );
  checkTime(timestamp, now());
  return { ...posted, event_id: event_id ?? newId(), timestamp };
}

/** The event as the analytics stream knows it. */
export function internalEvent(id: string, checked: CheckedTransferEvent): InternalEvent {
  const { event, bytes, recipient: _, ...rest } = checked;
  return {
    ...rest,
    event_type: `transfer_${event}`,
    transfer_id: id,
    ...(bytes === undefined ? {} : { content_bytes: bytes }),
  };
}

function checkTime(timestamp: number, now: number): void {
  const accepted = 'epoch milliseconds, at most 24 hours ago and 5 minutes ahead';
  if (Number.isSafeInteger(timestamp) && now - OLDEST <= timestamp && timestamp <= now + SKEW) return;
  const inSeconds = Math.abs(timestamp * 1000 - now) < 2 * OLDEST;
  throw new BadTransfer('timestamp', inSeconds ? `${accepted}; this looks like seconds` : accepted);
}
