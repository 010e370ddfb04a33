import { noteRun, type Pipeline } from '@sgraph-backbone/layer/ledger';
import { type LambdaHandler, type Log, lambda } from '@sgraph-backbone/layer/runtime';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { EventMessage } from './queue-sink.ts';
import { type RecordContext, recordEvents } from './record-events.ts';

export type OpenRecorder = () => Promise<RecordContext & { readonly pipeline: Pipeline }>;

/**
 * Messages of events in, failed messages out: all events of an invocation are one batch per window. When it can't be
 * written, the whole invocation is delivered again.
 */
export function createRecordEventsHandler(
  open: OpenRecorder,
  log?: Log,
): LambdaHandler<SQSEvent, SQSBatchResponse> {
  const handler = async ({ Records }: SQSEvent, invocation: { log: Log }): Promise<SQSBatchResponse> => {
    const context = await open();
    const unreadable: string[] = [];
    const events = Records.flatMap(({ messageId, body }) => {
      const read = eventsOf(body);
      if (read === undefined) unreadable.push(messageId);
      return read ?? [];
    });
    for (const message_id of unreadable)
      invocation.log.error('message failed', { message_id, error: 'it is no message of events' });
    const recorded = await recordEvents(context, events);
    await noteRun(context.pipeline, 'record-events', { processed: recorded.events });
    return { batchItemFailures: unreadable.map((itemIdentifier) => ({ itemIdentifier })) };
  };
  return lambda(handler, { name: 'record-events', log });
}

/** Undefined: nothing that the API has sent. */
function eventsOf(body: string): EventMessage['events'] | undefined {
  try {
    const { events } = JSON.parse(body) as Partial<EventMessage>;
    return Array.isArray(events) ? events : undefined;
  } catch {
    return undefined;
  }
}
