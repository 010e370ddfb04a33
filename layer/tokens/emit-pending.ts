import type { EventSink } from '@sgraph-backbone/layer/events';
import { Conflict, type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';
import { oldestYoung } from './chunks.ts';
import { emittedHere, emitUses, OWNED_FOR } from './outbox.ts';
import { recordFolder, recordKey, sweepKey } from './place.ts';
import { countOf, through, union, without } from './ranges.ts';
import type { TokenRecord } from './record.ts';

/** What a sweep did. */
export interface EmittedPending {
  /** Events that had waited and have been taken. */
  readonly events: number;
  /** Those that could not be taken now, or are left to those who accepted their use a moment ago. */
  readonly pending: number;
}

/** A store's times are those of the beginning of a write, by its own clock: so much is looked at again, ms. */
const MARGIN = 300_000;

/**
 * Emits what was left in records by those who died between a use and its event. One listing, and a reading of each
 * token that was written since the last sweep.
 */
export async function emitPending(data: ObjectStore, sink: EventSink, now: number): Promise<EmittedPending> {
  const swept = (await readJson<{ through: number }>(data, sweepKey()))?.value.through ?? 0;
  const total = { events: 0, pending: 0 };
  let [newest, oldestPending] = [swept, Number.POSITIVE_INFINITY];
  for await (const row of data.list(recordFolder())) {
    if ('prefix' in row || row.modified < swept - MARGIN) continue;
    const { events, pending } = await emitOf(data, sink, row.key, now);
    total.events += events;
    total.pending += pending;
    newest = Math.max(newest, row.modified);
    if (pending > 0) oldestPending = Math.min(oldestPending, row.modified);
  }
  const last = Math.min(newest, oldestPending);
  if (last !== swept) await writeJson(data, sweepKey(), { through: last });
  return total;
}

async function emitOf(data: ObjectStore, sink: EventSink, key: string, now: number): Promise<EmittedPending> {
  const found = await readJson<TokenRecord>(data, key);
  if (found === undefined) return { events: 0, pending: 0 };
  const { value: record, etag } = found;
  const here = emittedHere(data, record.token_name);
  const old = through(record.pending, oldestYoung(record, now - OWNED_FOR) - 1);
  const taken = await emitUses(data, sink, record, without(old, here));
  const pending = without(record.pending, union(taken, here));
  if (countOf(pending) < countOf(record.pending)) await mark(data, { ...record, pending }, etag);
  return { events: countOf(taken), pending: countOf(pending) };
}

async function mark(data: ObjectStore, record: TokenRecord, etag: string): Promise<void> {
  try {
    await writeJson(data, recordKey(record.token_name), record, { ifMatch: etag });
  } catch (error) {
    // Its writer goes on from the old mark: the same events again, which count once.
    if (!(error instanceof Conflict)) throw error;
  }
}
