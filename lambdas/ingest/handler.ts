import type { Pipeline } from '@sgraph-backbone/layer/ledger';
import { type LambdaHandler, type Log, lambda } from '@sgraph-backbone/layer/runtime';
import { OBSERVABILITY } from '@sgraph-backbone/layer/store';
import type { SQSBatchResponse } from 'aws-lambda';
import type { IngestAnswer, IngestOptions } from './ingest.ts';
import { ingestLive } from './ingest-live.ts';
import { ingestPlace } from './ingest-place.ts';
import { type ObjectEvent, objectMessages } from './object-events.ts';

export interface IngestContext {
  readonly pipeline: Pipeline;
  readonly options: IngestOptions;
  readonly log?: Log;
}

/**
 * Events of the observability bucket in, failed messages out: one bad object never stops the queue. What `open`
 * answers is asked for at each invocation: a change of settings takes effect with the next one.
 */
export function createIngestHandler(
  open: () => Promise<IngestContext>,
  log?: Log,
): LambdaHandler<ObjectEvent, SQSBatchResponse> {
  const handler = async (event: ObjectEvent, invocation: { log: Log }): Promise<SQSBatchResponse> => {
    const { pipeline, options } = await open();
    const failures: { itemIdentifier: string }[] = [];
    for (const { messageId, objects } of objectMessages(event)) {
      try {
        for (const object of objects()) {
          const answer = await ingestObject(pipeline, options, object);
          if (answer?.outcome === 'refused')
            invocation.log.warn('refused', { key: answer.log_file_key, reasons: answer.errors });
        }
      } catch (error) {
        if (messageId === undefined) throw error;
        invocation.log.error('message failed', { message_id: messageId, error });
        failures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures: failures };
  };
  return lambda(handler, { name: 'ingest', log });
}

async function ingestObject(
  pipeline: Pipeline,
  options: IngestOptions,
  object: ReturnType<ReturnType<typeof objectMessages>[number]['objects']>[number],
): Promise<IngestAnswer | undefined> {
  if ('location' in object) return ingestPlace(pipeline, { ...options, kind: object.kind }, object.location);
  return isLive(object.key) ? ingestLive(pipeline, options, object.key) : undefined;
}

/** Moves into `archive/` and `refused/` are events too, of objects that are done. */
function isLive(key: string): boolean {
  return key.startsWith(OBSERVABILITY.live);
}
