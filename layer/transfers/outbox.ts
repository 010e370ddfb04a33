import { aliasObject } from '@sgraph-backbone/layer/cache';
import type { EventSink } from '@sgraph-backbone/layer/events';
import { NAMESPACES, type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import type { AttemptMark } from './attempt.ts';
import { changeRecord } from './changes.ts';
import { finishErasure } from './finish-erasure.ts';
import { activityKey, PENDING, recordKey, recordsOf } from './places.ts';
import { isErased, type StoredTransfer, type TransferRecord, type Waiting } from './record.ts';

/** What accepted events are passed on with. */
export interface Passing {
  readonly data: ObjectStore;
  /** Epoch ms. */
  readonly now: () => number;
  /** UUIDs. */
  readonly newId: () => string;
  readonly sink: EventSink;
}

/** So long an event is left to the request that accepted it, ms: two that pass it on make work, though no error. */
export const OWNED_FOR = 10_000;
/** No request runs as long, ms: an attempt of this age is dead. */
const DEAD_AFTER = 600_000;

/**
 * Passes on what the record (`known`, if it was read) has accepted: the event `own`, and what others have left.
 * Answers what waits still. Throws what the sink throws; then nothing is lost, and whoever comes next tries again.
 */
export async function passOn(
  context: Passing,
  cacheId: string,
  own?: string,
  known?: StoredTransfer,
): Promise<readonly Waiting[]> {
  const { data, now, sink } = context;
  const stored = known ?? (await readJson<StoredTransfer>(data, recordKey(cacheId)))?.value;
  if (stored === undefined) return [];
  const due = stored.outbox
    .filter((waiting) => waiting.event.event_id === own || waiting.accepted_at <= now() - OWNED_FOR)
    .map(({ event }) => event);
  const refused = due.length === 0 ? [] : await sink.take(due);
  const taken = new Set(due.filter((_, index) => !refused.includes(index)).map(({ event_id }) => event_id));
  if (!isErased(stored) && !stored.named) await nameTransfer(data, cacheId, stored);
  const after = await changeRecord(data, cacheId, (current) => current && without(current, taken));
  if (after !== undefined && isErased(after)) await finishErasure(context, cacheId);
  return after?.outbox ?? [];
}

function without(current: StoredTransfer, taken: ReadonlySet<string>): StoredTransfer | undefined {
  const outbox = current.outbox.filter(({ event }) => !taken.has(event.event_id));
  const isSame = outbox.length === current.outbox.length;
  if (isErased(current)) return isSame ? undefined : { ...current, outbox };
  return isSame && current.named ? undefined : { ...current, outbox, named: true };
}

/** Clients of the cache service find it by its id and by the hash of its name; the same whoever does it. */
async function nameTransfer(
  data: ObjectStore,
  cacheId: string,
  { hash, born }: TransferRecord,
): Promise<void> {
  await aliasObject(data, {
    namespace: NAMESPACES.transfers,
    strategy: 'key_based',
    cacheKey: recordsOf(cacheId),
    fileId: cacheId,
    path: recordKey(cacheId),
    type: 'json',
    cacheId,
    hash,
    storedAt: born,
  });
}

/** What a sweep did. */
export interface Emitted {
  /** Transfers that were looked at. */
  readonly transfers: number;
  /** Events that wait still: their owner is at it, or the stream refuses them. */
  readonly waiting: number;
}

/**
 * Passes on what killed requests have left, and finishes erasures: one listing of the attempts that are under way or
 * died. For the sweeper.
 */
export async function emitPending(context: Passing, isEnough: () => boolean = () => false): Promise<Emitted> {
  let [transfers, waiting] = [0, 0];
  for (const [cacheId, keys] of await pendingAttempts(context.data)) {
    if (isEnough()) break;
    transfers++;
    waiting += await finishTransfer(context, cacheId, keys);
  }
  return { transfers, waiting };
}

async function pendingAttempts(data: ObjectStore): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const row of data.list(PENDING)) {
    if ('prefix' in row) continue;
    const cacheId = row.key.slice(PENDING.length).split('/')[0]!;
    found.set(cacheId, [...(found.get(cacheId) ?? []), row.key]);
  }
  return found;
}

async function finishTransfer(context: Passing, cacheId: string, keys: readonly string[]): Promise<number> {
  const { data, now } = context;
  await finishErasure(context, cacheId);
  const waiting = (await passOn(context, cacheId)).length;
  const stored = (await readJson<StoredTransfer>(data, recordKey(cacheId)))?.value;
  for (const key of keys) {
    const mark = (await readJson<AttemptMark>(data, key))?.value;
    if (mark === undefined || waiting > 0 || mark.begun > now() - DEAD_AFTER) continue;
    // It may have marked an hour of a history that is gone, or that never began.
    const isHistory = stored !== undefined && !isErased(stored) && stored.hours.includes(mark.hour ?? '');
    if (mark.hour !== undefined && !isHistory) await data.delete(activityKey(mark.hour, cacheId));
    await data.delete(key);
  }
  return waiting;
}
