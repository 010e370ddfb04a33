import { readFileSync } from 'node:fs';

// biome-ignore lint/suspicious/noExplicitAny: recorded events are JSON of any shape
type Recorded = any;

function recorded(name: string): Recorded {
  return JSON.parse(readFileSync(`test/fixtures/events/${name}.json`, 'utf8'));
}

/** What EventBridge sends of a new object: its key is as it is. */
export function objectCreated(bucket: string, key: string): Recorded {
  const event = recorded('eventbridge-object-created');
  event.detail.bucket.name = bucket;
  event.detail.object.key = key;
  return event;
}

/** What S3 sends of it: its key is encoded as forms are. */
export function s3Notification(bucket: string, key: string): Recorded {
  const event = recorded('s3-notification');
  event.Records[0].s3.bucket.name = bucket;
  event.Records[0].s3.object.key = encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
  return event;
}

/** What S3 sends when notifications are configured. */
export function testEvent(bucket: string): Recorded {
  return { ...recorded('s3-test-event'), Bucket: bucket };
}

export function schedule(): Recorded {
  return recorded('schedule');
}

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly group?: string;
}

/** What Lambda's poller calls a function with. */
export function queueEvent(queueArn: string, messages: readonly QueueMessage[]): Recorded {
  const Records = messages.map(({ id, body, group }) => {
    const record = recorded('sqs-record');
    const attributes =
      group === undefined ? record.attributes : { ...record.attributes, MessageGroupId: group };
    return { ...record, messageId: id, body, attributes, eventSourceARN: queueArn };
  });
  return { Records };
}

export interface HttpAsked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an HTTP API calls its function with: the path is decoded, names of headers are in lower case. */
export function httpApiEvent({ method, path, body, headers = {} }: HttpAsked): Recorded {
  const event = recorded('http-api');
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  event.rawPath = decodeURIComponent(rawPath);
  event.rawQueryString = rawQueryString;
  event.routeKey = event.requestContext.routeKey = `${method} ${rawPath}`;
  event.headers = { ...event.headers, ...headers };
  Object.assign(event.requestContext.http, { method, path: rawPath });
  if (body === undefined) return event;
  event.headers['content-type'] = 'application/json';
  return { ...event, body: JSON.stringify(body) };
}

interface Pattern {
  readonly source: readonly string[];
  readonly 'detail-type': readonly string[];
  readonly detail: {
    readonly bucket: { readonly name: readonly string[] };
    readonly object: { readonly key: readonly { readonly prefix: string }[] };
  };
}

/** Whether a rule for objects takes an event. */
export function takes(pattern: Pattern, event: Recorded): boolean {
  return (
    pattern.source.includes(event.source) &&
    pattern['detail-type'].includes(event['detail-type']) &&
    pattern.detail.bucket.name.includes(event.detail.bucket.name) &&
    pattern.detail.object.key.some(({ prefix }) => event.detail.object.key.startsWith(prefix))
  );
}
