import type { SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { type QueueEntry, type SendBatch, sendAll } from './send-all.ts';

type Sdk = typeof import('@aws-sdk/client-sqs');

let loaded: Promise<{ readonly sdk: Sdk; readonly client: SQSClient }> | undefined;

// The client is loaded by the first who sends: most steps of a process never do.
function sqs() {
  loaded ??= import('@aws-sdk/client-sqs').then((sdk) => ({ sdk, client: new sdk.SQSClient({}) }));
  return loaded;
}

/** Sends messages to a queue, all of them or NotSent. */
export async function sendTo(queueUrl: string, entries: readonly QueueEntry[]): Promise<void> {
  await sendAll(batchesTo(queueUrl), entries);
}

/** Messages of a queue that are not done: those that wait, that are delayed, and that somebody works on. */
export async function waitingIn(queueUrl: string): Promise<number> {
  const { sdk, client } = await sqs();
  const { Attributes = {} } = await client.send(
    new sdk.GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...COUNTS] }),
  );
  return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
] as const;

/** Requests to a queue, each of at most ten messages. */
export function batchesTo(queueUrl: string): SendBatch {
  return async (entries) => {
    const { sdk, client } = await sqs();
    const input: SendMessageBatchCommandInput = { QueueUrl: queueUrl, Entries: entries.map(entryOf) };
    const { Failed = [] } = await client.send(new sdk.SendMessageBatchCommand(input));
    return Failed.map(({ Id, Code, Message }) => ({
      entry: entries[Number(Id)]!,
      reason: Message ?? Code ?? 'unknown',
    }));
  };
}

function entryOf({ body, group, deduplication }: QueueEntry, index: number) {
  return {
    Id: String(index),
    MessageBody: JSON.stringify(body),
    MessageGroupId: group,
    MessageDeduplicationId: deduplication,
  };
}
