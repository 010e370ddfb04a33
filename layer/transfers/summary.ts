import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { readJson } from '@sgraph-backbone/layer/store';
import { placeOf, recordKey } from './places.ts';
import { TRANSFER_EVENTS, type TransferEventName } from './posted-event.ts';
import type { Bytes, StoredTransfer, TransferEvent, TransferRecord } from './record.ts';

/** Where a transfer stands; the furthest that any of its events says. */
export const TRANSFER_STATES = ['created', 'uploading', 'uploaded', 'expired', 'deleted'] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

/** What is answered about a transfer (schema D). */
export interface TransferSummary {
  readonly cache_id: string;
  readonly state: TransferState;
  readonly total_views: number;
  readonly total_downloads: number;
  readonly created_at: number | null;
  readonly first_activity_at: number | null;
  readonly last_activity_at: number | null;
  readonly active_hours: string[];
  readonly active_countries: string[];
  /** Null: there were downloads, and none of them said how large it was. */
  readonly completed_bytes: number | null;
  readonly uploaded_bytes: number | null;
  readonly counts: Record<TransferEventName, number>;
  readonly total_events: number;
}

/** Of the last events, the latest first, a summary shows so many. */
export const SHOWN_EVENTS = 100;

/** The stored history of a transfer, or the mark of an erased one. Throws BadTransfer. */
export async function readTransfer(
  data: ObjectStore,
  id: string,
): Promise<{ readonly cacheId: string; readonly stored: StoredTransfer } | undefined> {
  const { cacheId } = placeOf(id);
  const found = await readJson<StoredTransfer>(data, recordKey(cacheId));
  return found && { cacheId, stored: found.value };
}

export function summaryOf(cacheId: string, record: TransferRecord): TransferSummary {
  const counts = countsOf(record);
  return {
    cache_id: cacheId,
    state: stateOf(record),
    total_views: counts.viewed,
    total_downloads: counts.download_completed,
    created_at: record.created_at,
    first_activity_at: record.first_activity_at,
    last_activity_at: record.last_activity_at,
    active_hours: [...record.hours],
    active_countries: [...record.countries],
    completed_bytes: bytesOf(record.downloaded, counts.download_completed),
    uploaded_bytes: bytesOf(record.uploaded, counts.upload_completed),
    counts,
    total_events: record.total,
  };
}

/** The latest events, newest first in order of arrival. */
export function shownEvents({ tail }: TransferRecord): TransferEvent[] {
  return tail.slice(-SHOWN_EVENTS).reverse();
}

function stateOf({ counts }: TransferRecord): TransferState {
  const any = (...names: TransferEventName[]) => names.some((name) => (counts[name] ?? 0) > 0);
  if (any('deleted')) return 'deleted';
  if (any('expired')) return 'expired';
  // Nobody sees or fetches what is not there.
  if (any('upload_completed', 'viewed', 'download_started', 'download_completed')) return 'uploaded';
  return any('upload_started') ? 'uploading' : 'created';
}

function countsOf({ counts }: TransferRecord): Record<TransferEventName, number> {
  const all = TRANSFER_EVENTS.map((name) => [name, counts[name] ?? 0] as const);
  return Object.fromEntries(all) as Record<TransferEventName, number>;
}

function bytesOf({ sum, measured }: Bytes, events: number): number | null {
  return events > 0 && measured === 0 ? null : sum;
}
