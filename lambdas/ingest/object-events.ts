import type { Kind } from '@sgraph-backbone/layer/ledger';
import type { EventBridgeEvent, S3Event, S3EventRecord, SQSEvent } from 'aws-lambda';

/** The part of an EventBridge "Object Created" event that says which object. Its key is not URL-encoded. */
export type ObjectCreated = EventBridgeEvent<'Object Created', { object: { key: string } }>;

/** What the sweeper sends for an object that no event announces: `s3:<bucket>/<key>`, and what is there. */
export interface PlaceFound {
  readonly location: string;
  readonly kind?: Kind;
}

/** What the ingest function is called with: messages of a queue, or one event as S3 or EventBridge sends it. */
export type ObjectEvent = SQSEvent | S3Event | ObjectCreated;

/** One message; `messageId` where it can be failed on its own. */
export interface ObjectMessage {
  readonly messageId?: string;
  /** The objects that it speaks of. Throws on anything but the known shapes, naming them. */
  objects(): readonly ({ readonly key: string } | PlaceFound)[];
}

/** Reads either shape, bare or as the body of queue messages. */
export function objectMessages(event: ObjectEvent): ObjectMessage[] {
  if (!isQueueEvent(event)) return [{ objects: () => objectsOf(event) }];
  return event.Records.map(({ messageId, body }) => ({
    messageId,
    objects: () => objectsOf(JSON.parse(body)),
  }));
}

function isQueueEvent(event: ObjectEvent): event is SQSEvent {
  return 'Records' in event && event.Records.some((record) => 'body' in record);
}

function objectsOf(message: unknown) {
  if (typeof message !== 'object' || message === null) throw new Error(NOT_KNOWN);
  if ('location' in message && typeof message.location === 'string') return [message as PlaceFound];
  return keysOf(message as Parameters<typeof keysOf>[0]).map((key) => ({ key }));
}

const NOT_KNOWN = 'not an object event: accepted are EventBridge "Object Created" and S3 notifications';

function keysOf(event: S3Event | ObjectCreated | { Event?: string }): string[] {
  // S3 sends this once, when notifications are configured.
  if ('Event' in event && event.Event === 's3:TestEvent') return [];
  if ('detail' in event && typeof event.detail.object?.key === 'string') return [event.detail.object.key];
  if ('Records' in event) return event.Records.map(keyOfRecord);
  throw new Error(NOT_KNOWN);
}

/** S3 notifications encode keys as forms do: a blank is a `+`. Other servers send the key as it is. */
function keyOfRecord({ eventSource, s3 }: S3EventRecord): string {
  return eventSource === 'aws:s3' ? decodeURIComponent(s3.object.key.replaceAll('+', ' ')) : s3.object.key;
}
