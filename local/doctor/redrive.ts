import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { NotSentBack } from './failures.ts';

/** What SQS gives and takes at once. */
const BATCH = 10;

/** Seconds that a message is hidden while it is sent back, and that an empty queue is asked for. */
const HIDDEN = 60;
const WAIT = 1;

/** A message that was given up. */
export interface DeadLetter {
  readonly body: string;
  /** Epoch ms. */
  readonly sent: number;
  /** What EventBridge says of one that it could not deliver; a function's reason is in its log alone. */
  readonly reason?: string;
}

/** The first few dead letters, which stay where they are. */
export async function peekDeadLetters(client: SQSClient, deadLettersUrl: string): Promise<DeadLetter[]> {
  const messages = await receive(client, deadLettersUrl);
  if (messages.length === 0) return [];
  const Entries = handlesOf(messages).map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
  await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: deadLettersUrl, Entries }));
  return messages.map(deadLetterOf);
}

/**
 * Sends dead letters back to their queue, in order, a batch at a time: one is deleted when the queue has it. Who is
 * stopped in between has sent some of them; within five minutes a FIFO queue takes none of them twice, and later a
 * repeated "look at this" does no harm. Answers how many; throws NotSentBack.
 */
export async function redrive(client: SQSClient, deadLettersUrl: string, queueUrl: string): Promise<number> {
  let sent = 0;
  for (;;) {
    const messages = await receive(client, deadLettersUrl);
    if (messages.length === 0) return sent;
    const Entries = messages.map((message, index) => entryOf(message, index, queueUrl));
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    const refused = new Set(Failed.map(({ Id }) => Number(Id)));
    const taken = messages.filter((_, index) => !refused.has(index));
    await remove(client, deadLettersUrl, taken);
    sent += taken.length;
    const [first] = Failed;
    if (first)
      throw new NotSentBack(`${refused.size} messages were not taken: ${first.Message ?? first.Code}`);
  }
}

async function receive(client: SQSClient, QueueUrl: string): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: BATCH,
    VisibilityTimeout: HIDDEN,
    WaitTimeSeconds: WAIT,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  return (await client.send(command)).Messages ?? [];
}

async function remove(client: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  const { Failed = [] } = await client.send(
    new DeleteMessageBatchCommand({ QueueUrl, Entries: handlesOf(messages) }),
  );
  if (Failed.length > 0)
    throw new NotSentBack(
      `${Failed.length} messages were sent back and could not be deleted: ${Failed[0]?.Message}`,
    );
}

function handlesOf(messages: readonly Message[]) {
  return messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
}

/** The message's own id keeps a second sending out, for as long as SQS remembers it. */
function entryOf({ MessageId, Body, Attributes }: Message, index: number, queueUrl: string) {
  const order = queueUrl.endsWith('.fifo')
    ? { MessageGroupId: Attributes?.MessageGroupId, MessageDeduplicationId: MessageId }
    : {};
  return { Id: String(index), MessageBody: Body, ...order };
}

function deadLetterOf({ Body = '', Attributes, MessageAttributes }: Message): DeadLetter {
  const reason = MessageAttributes?.ERROR_MESSAGE?.StringValue ?? MessageAttributes?.ERROR_CODE?.StringValue;
  const sent = Number(Attributes?.SentTimestamp ?? 0);
  return { body: Body, sent, ...(reason === undefined ? {} : { reason }) };
}
