import { createHash } from 'node:crypto';
import type { PrivateEvent } from '@sgraph-backbone/layer/events';
import { hourOf } from './places.ts';
import type { CheckedTransferEvent } from './posted-event.ts';
import type { Bytes, Recipient, TransferEvent, TransferRecord } from './record.ts';

/** Within so many of the latest events an event id counts once. */
export const REMEMBERED_IDS = 1000;
/** Hours with activity that are kept: 31 days. */
export const KEPT_HOURS = 31 * 24;
/** Events that wait for the analytics stream: more are not taken. */
export const LONGEST_OUTBOX = 256;

/** 64 bits of an id, so that a record with a thousand of them stays small. */
export function idHash(eventId: string): string {
  return createHash('sha256').update(eventId).digest('base64url').slice(0, 11);
}

/** A record with one more event in all that it counts. */
export function withEvent(
  record: TransferRecord,
  checked: CheckedTransferEvent,
  passedOn: PrivateEvent,
  now: number,
): TransferRecord {
  const recipient = record.recipients.find((known) => known.recipient === checked.recipient);
  const event = historyEvent(record.total, checked, passedOn, recipient);
  const { event: name, timestamp, bytes, country } = event;
  return {
    ...record,
    total: record.total + 1,
    counts: { ...record.counts, [name]: (record.counts[name] ?? 0) + 1 },
    uploaded: name === 'upload_completed' ? plus(record.uploaded, bytes) : record.uploaded,
    downloaded: name === 'download_completed' ? plus(record.downloaded, bytes) : record.downloaded,
    created_at: name === 'created' ? earliest(record.created_at, timestamp) : record.created_at,
    first_activity_at: earliest(record.first_activity_at, timestamp),
    last_activity_at: latest(record.last_activity_at, timestamp),
    hours: sortedWith(record.hours, hourOf(timestamp)).slice(-KEPT_HOURS),
    countries: country === undefined ? record.countries : sortedWith(record.countries, country),
    recipients: record.recipients.map((one) => (one === recipient ? opened(one, event) : one)),
    ids: [...record.ids, idHash(checked.event_id)].slice(-REMEMBERED_IDS),
    tail: [...record.tail, event],
    outbox: [...record.outbox, { accepted_at: now, event: passedOn }],
  };
}

function historyEvent(
  seq: number,
  { event_id, event, timestamp, bytes, duration_ms }: CheckedTransferEvent,
  { country, client }: PrivateEvent,
  recipient: Recipient | undefined,
): TransferEvent {
  const agent = client && nameOf(client);
  return {
    seq,
    event_id,
    event,
    timestamp,
    ...(bytes !== undefined && { bytes }),
    ...(duration_ms !== undefined && { duration_ms }),
    ...(recipient && { recipient: recipient.recipient }),
    ...(country !== undefined && { country }),
    ...(agent && { user_agent_normalised: agent }),
  };
}

function nameOf({ browser, operating_system, agent }: NonNullable<PrivateEvent['client']>): string {
  if (browser === '') return agent;
  return operating_system === '' ? browser : `${browser} on ${operating_system}`;
}

function opened(recipient: Recipient, { event, timestamp }: TransferEvent): Recipient {
  if (event !== 'viewed' && event !== 'download_started' && event !== 'download_completed') return recipient;
  return {
    ...recipient,
    views: recipient.views + (event === 'viewed' ? 1 : 0),
    downloads_started: recipient.downloads_started + (event === 'download_started' ? 1 : 0),
    downloads: recipient.downloads + (event === 'download_completed' ? 1 : 0),
    first_opened_at: earliest(recipient.first_opened_at, timestamp),
    last_opened_at: latest(recipient.last_opened_at, timestamp),
  };
}

function plus({ sum, measured }: Bytes, bytes: number | undefined): Bytes {
  return bytes === undefined ? { sum, measured } : { sum: sum + bytes, measured: measured + 1 };
}

function earliest(known: number | null, timestamp: number): number {
  return known === null ? timestamp : Math.min(known, timestamp);
}

function latest(known: number | null, timestamp: number): number {
  return known === null ? timestamp : Math.max(known, timestamp);
}

function sortedWith(values: readonly string[], value: string): readonly string[] {
  return values.includes(value) ? values : [...values, value].sort();
}
