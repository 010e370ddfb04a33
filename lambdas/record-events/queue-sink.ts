import type { EventSink, PrivateEvent } from '@sgraph-backbone/layer/events';
import {
  MOST_REQUEST_BYTES,
  type SendBatch,
  type SizedEntry,
  sendSome,
  type TellFailure,
} from '@sgraph-backbone/layer/queues';

/** A message of the queue that record-events reads. */
export interface EventMessage {
  readonly events: readonly PrivateEvent[];
}

interface Message extends SizedEntry {
  readonly body: EventMessage;
  /** Of the events, in what was given to the sink. */
  readonly indexes: readonly number[];
}

/** A sink whose events are durable once the queue has taken them. */
export function queueSink(send: SendBatch, failed: TellFailure): EventSink {
  return {
    async take(events) {
      const refused = await sendSome(send, messagesOf(events), failed);
      return refused.flatMap((entry) => (entry as Message).indexes).sort((a, b) => a - b);
    },
  };
}

/** As few messages as the bytes allow, in order. */
export function messagesOf(events: readonly PrivateEvent[]): Message[] {
  const messages: Message[] = [];
  let body: PrivateEvent[] = [];
  let indexes: number[] = [];
  let bytes = 0;
  const close = () => {
    if (body.length > 0) messages.push({ body: { events: body }, indexes, bytes });
  };
  for (const [index, event] of events.entries()) {
    const size = Buffer.byteLength(JSON.stringify(event)) + 1;
    if (bytes + size > MOST_REQUEST_BYTES) {
      close();
      [body, indexes, bytes] = [[], [], 0];
    }
    if (bytes === 0) bytes = ENVELOPE;
    body.push(event);
    indexes.push(index);
    bytes += size;
  }
  close();
  return messages;
}

const ENVELOPE = '{"events":[]}'.length;
