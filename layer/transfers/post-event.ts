import { createHash } from 'node:crypto';
import type { InternalEvent, PrivateEvent } from '@sgraph-backbone/layer/events';
import { writeJson } from '@sgraph-backbone/layer/store';
import { type Attempt, attemptOf } from './attempt.ts';
import { changeRecord } from './changes.ts';
import { idHash, LONGEST_OUTBOX, withEvent } from './counting.ts';
import { TransferBusy, TransferErased } from './errors.ts';
import { finishErasure } from './finish-erasure.ts';
import { type Passing, passOn } from './outbox.ts';
import { activityKey, hourOf, placeOf, type TransferPlace } from './places.ts';
import {
  type CheckedTransferEvent,
  checkedEvent,
  internalEvent,
  type PostedTransferEvent,
} from './posted-event.ts';
import { isErased, newRecord, type TransferRecord } from './record.ts';
import { withRoom } from './sealing.ts';

/** What events are counted with: `internal` makes them private. */
export interface Posting extends Passing {
  readonly internal: (event: InternalEvent) => Promise<PrivateEvent>;
}

/** What became of a posted event. */
export interface PostedTransfer {
  readonly event_id: string;
  /** It was counted before: nothing has changed. */
  readonly duplicate: boolean;
  readonly cacheId: string;
  readonly record: TransferRecord;
  /** Why the analytics stream has not taken it yet. It is durable, and passed on by whoever comes next. */
  readonly delayed?: unknown;
}

/**
 * Counts an event of a transfer once: idempotent by its id within the last 1,000 events, decided, counted and put
 * into the outbox in one write. Throws BadTransfer, BadEvent, TransferErased, TransferBusy.
 */
export async function postTransferEvent(
  context: Posting,
  id: string,
  posted: PostedTransferEvent,
): Promise<PostedTransfer> {
  const place = placeOf(id);
  const checked = checkedEvent(posted, context);
  const passedOn = withStreamId(await context.internal(internalEvent(id, checked)), checked, place);
  const attempt = attemptOf(context, place.cacheId, hourOf(checked.timestamp));
  const counting = { context, place, checked, passedOn, attempt };
  const { record, duplicate } = await counted(counting).catch((error) => givenUp(counting, error));
  const own = passedOn.event_id;
  const facts = { event_id: checked.event_id, duplicate, cacheId: place.cacheId, record };
  try {
    const waiting =
      duplicate && record.outbox.length === 0 ? [] : await passOn(context, place.cacheId, own, record);
    if (waiting.some(({ event }) => event.event_id === own)) return { ...facts, delayed: 'not taken' };
    await attempt.end();
    return facts;
  } catch (delayed) {
    return { ...facts, delayed };
  }
}

interface Counting {
  readonly context: Posting;
  readonly place: TransferPlace;
  readonly checked: CheckedTransferEvent;
  readonly passedOn: PrivateEvent;
  readonly attempt: Attempt;
}

async function counted({ context, place, checked, passedOn, attempt }: Counting) {
  const { data, now } = context;
  const { cacheId, hash } = place;
  const hour = hourOf(checked.timestamp);
  let duplicate = false;
  const record = await changeRecord(data, cacheId, async (stored) => {
    if (stored !== undefined && isErased(stored)) throw new TransferErased(stored.erased_at);
    const before = stored ?? newRecord(hash, now());
    duplicate = before.ids.includes(idHash(checked.event_id));
    if (duplicate) return undefined;
    if (before.outbox.length >= LONGEST_OUTBOX) throw new TransferBusy();
    await attempt.begin();
    if (!before.hours.includes(hour)) await writeJson(data, activityKey(hour, cacheId), {});
    return withEvent(await withRoom(data, cacheId, before), checked, passedOn, now());
  });
  return { record: record as TransferRecord, duplicate };
}

/** An erasure may have come between what was written beside the record and the record itself. */
async function givenUp({ context, place, attempt }: Counting, error: unknown): Promise<never> {
  if (error instanceof TransferBusy) await passOn(context, place.cacheId);
  if (error instanceof TransferErased) {
    await attempt.withdraw();
    await finishErasure(context, place.cacheId);
  }
  if (error instanceof TransferBusy || error instanceof TransferErased) await attempt.end();
  throw error;
}

/**
 * The same event has the same id in the stream; of two transfers each has its own. It follows from the hash under the
 * day's key: raw data hold nothing that could be tried out once the key is gone.
 */
function withStreamId(
  event: PrivateEvent,
  { event_id }: CheckedTransferEvent,
  place: TransferPlace,
): PrivateEvent {
  const { key_id = '', hash = place.cacheId } = event.transfer ?? {};
  const digest = createHash('sha256').update(`${key_id} ${hash} ${event_id}`).digest('hex');
  return { ...event, event_id: `transfer-${digest.slice(0, 32)}` };
}
