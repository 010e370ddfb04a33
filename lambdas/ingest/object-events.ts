import type { EventBridgeEvent, S3Event, S3EventRecord, SQSEvent } from 'aws-lambda';

/** The part of an EventBridge "Object Created" event that says which object. Its key is not URL-encoded. */
export type ObjectCreated = EventBridgeEvent<'Object Created', { object: { key: string } }>;

/** What the ingest function is called with: messages of a queue, or one event as S3 or EventBridge sends it. */
export type ObjectEvent = SQSEvent | S3Event | ObjectCreated;

/** One message; `messageId` where it can be failed on its own. */
export interface ObjectMessage {
  readonly messageId?: string;
  /** The keys that it speaks of. Throws on anything but the known shapes, naming them. */
  keys(): readonly string[];
}

/** Reads either shape, bare or as the body of queue messages. */
export function objectMessages(event: ObjectEvent): ObjectMessage[] {
  if (!isQueueEvent(event)) return [{ keys: () => keysOf(event) }];
  return event.Records.map(({ messageId, body }) => ({ messageId, keys: () => keysOf(JSON.parse(body)) }));
}

function isQueueEvent(event: ObjectEvent): event is SQSEvent {
  return 'Records' in event && event.Records.some((record) => 'body' in record);
}

function keysOf(event: S3Event | ObjectCreated | { Event?: string }): string[] {
  // S3 sends this once, when notifications are configured.
  if ('Event' in event && event.Event === 's3:TestEvent') return [];
  if ('detail' in event && typeof event.detail.object?.key === 'string') return [event.detail.object.key];
  if ('Records' in event) return event.Records.map(keyOfRecord);
  throw new Error('not an object event: accepted are EventBridge "Object Created" and S3 notifications');
}

/** S3 notifications encode keys as forms do: a blank is a `+`. Other servers send the key as it is. */
function keyOfRecord({ eventSource, s3 }: S3EventRecord): string {
  return eventSource === 'aws:s3' ? decodeURIComponent(s3.object.key.replaceAll('+', ' ')) : s3.object.key;
}
