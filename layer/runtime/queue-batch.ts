import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Log } from './log.ts';

/**
 * Runs a step for each message of a queue's batch and answers the ids of those that failed, so that the
 * rest is acknowledged. A message is acknowledged only after its step has returned. Of a FIFO queue, what follows a
 * failed message in its group waits for it.
 */
export async function eachMessage<Body>(
  event: SQSEvent,
  log: Log,
  step: (body: Body) => Promise<void>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  const failedGroups = new Set<string>();
  for (const { messageId, body, attributes } of event.Records) {
    const group = attributes?.MessageGroupId;
    if (group !== undefined && failedGroups.has(group)) {
      batchItemFailures.push({ itemIdentifier: messageId });
      continue;
    }
    try {
      await step(JSON.parse(body) as Body);
    } catch (error) {
      log.error('message failed', { message_id: messageId, error });
      batchItemFailures.push({ itemIdentifier: messageId });
      if (group !== undefined) failedGroups.add(group);
    }
  }
  return { batchItemFailures };
}
