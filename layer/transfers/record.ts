import type { PrivateEvent } from '@sgraph-backbone/layer/events';
import type { TransferEventName } from './posted-event.ts';

/** One thing that happened to a transfer, as its history keeps it. */
export interface TransferEvent {
  /** Number of the event in order of arrival, from 0. */
  readonly seq: number;
  readonly event_id: string;
  readonly event: TransferEventName;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly bytes?: number;
  readonly duration_ms?: number;
  /** Link key of the recipient whose link it was. */
  readonly recipient?: string;
  readonly country?: string;
  /** "browser on system", or the product name of a program. */
  readonly user_agent_normalised?: string;
}

/** Somebody the sender gave a link of their own. */
export interface Recipient {
  /** Key in the link: random. */
  readonly recipient: string;
  /** The sender's words. */
  readonly label: string;
  /** Epoch ms. */
  readonly created_at: number;
  readonly views: number;
  readonly downloads_started: number;
  readonly downloads: number;
  readonly first_opened_at: number | null;
  readonly last_opened_at: number | null;
}

/** An event that was accepted and has not been confirmed by the analytics stream yet. */
export interface Waiting {
  /** Epoch ms: who accepted it passes it on at once; others only when it has waited. */
  readonly accepted_at: number;
  readonly event: PrivateEvent;
}

/** Bytes of completed uploads or downloads; `measured` of them said how many. */
export interface Bytes {
  readonly sum: number;
  readonly measured: number;
}

/** A transfer's history. Counters are functions of the set of its events, in whatever order they came. */
export interface TransferRecord {
  /** Cache hash of its name. */
  readonly hash: string;
  /** Epoch ms of the first write: tells the cache service how old the entry is. */
  readonly born: number;
  /** Events ever counted: the number of the next one. */
  readonly total: number;
  readonly counts: Readonly<Partial<Record<TransferEventName, number>>>;
  readonly uploaded: Bytes;
  readonly downloaded: Bytes;
  /** Time of the earliest `created`, of the earliest and the latest event. */
  readonly created_at: number | null;
  readonly first_activity_at: number | null;
  readonly last_activity_at: number | null;
  /** Hours (UTC) with activity, the latest 31 days of them. */
  readonly hours: readonly string[];
  readonly countries: readonly string[];
  readonly recipients: readonly Recipient[];
  /** Hashes of the last event ids, the oldest first. */
  readonly ids: readonly string[];
  /** The latest events, the oldest first; those before them are sealed in chunks. */
  readonly tail: readonly TransferEvent[];
  readonly outbox: readonly Waiting[];
  /** Whether the cache service finds it by its id and hash. */
  readonly named: boolean;
}

/** What is left of an erased history: nothing but that it was, and what has to be done still. */
export interface ErasedTransfer {
  /** Epoch ms. */
  readonly erased_at: number;
  readonly outbox: readonly Waiting[];
  /** Hours whose markers have to go still. */
  readonly hours: readonly string[];
}

export type StoredTransfer = TransferRecord | ErasedTransfer;

export function isErased(stored: StoredTransfer): stored is ErasedTransfer {
  return 'erased_at' in stored;
}

export function newRecord(hash: string, now: number): TransferRecord {
  return {
    hash,
    born: now,
    total: 0,
    counts: {},
    uploaded: { sum: 0, measured: 0 },
    downloaded: { sum: 0, measured: 0 },
    created_at: null,
    first_activity_at: null,
    last_activity_at: null,
    hours: [],
    countries: [],
    recipients: [],
    ids: [],
    tail: [],
    outbox: [],
    named: false,
  };
}
