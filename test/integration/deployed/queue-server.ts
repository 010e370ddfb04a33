import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueMessage } from './events.ts';
import { ACCOUNT, type Assembly, type Found, REGION } from './template.ts';

/** The queues of the templates on an SQS server. */
export interface Queues {
  /** Names by the queue's stack and logical id. */
  nameOf(queue: Found): string;
  send(name: string, body: unknown): Promise<void>;
  /** At most so many of the messages that may be worked on now. */
  receive(name: string, most: number): Promise<(QueueMessage & { readonly handle: string })[]>;
  done(name: string, handles: readonly string[]): Promise<void>;
  count(name: string): Promise<number>;
  remove(): Promise<void>;
}

/**
 * Creates what the templates describe, without the times: messages wait for no slot, and one that failed comes again
 * at once.
 */
export async function createQueues(assembly: Assembly, endpoint: string, unique: string): Promise<Queues> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SQSClient({ endpoint, region: REGION, credentials });
  const all = assembly.ofType('AWS::SQS::Queue');
  const nameOf = ({ id, Properties }: Pick<Found, 'id' | 'Properties'>) =>
    `${unique}-${id}${Properties.FifoQueue ? '.fifo' : ''}`;
  const urlOf = (name: string) => `${endpoint}/${ACCOUNT}/${name}`;
  // Dead letters first: a queue names its own.
  const sorted = [...all].sort(
    (a, b) => Number(!!a.Properties.RedrivePolicy) - Number(!!b.Properties.RedrivePolicy),
  );
  for (const queue of sorted) {
    const { FifoQueue, RedrivePolicy } = queue.Properties;
    const deadLetters = all.find(({ id }) => id === RedrivePolicy?.deadLetterTargetArn['Fn::GetAtt'][0]);
    const redrive = deadLetters && {
      deadLetterTargetArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${nameOf(deadLetters)}`,
      maxReceiveCount: RedrivePolicy.maxReceiveCount,
    };
    const Attributes = {
      VisibilityTimeout: '0',
      ...(FifoQueue && { FifoQueue: 'true' }),
      ...(redrive && { RedrivePolicy: JSON.stringify(redrive) }),
    };
    await client.send(new CreateQueueCommand({ QueueName: nameOf(queue), Attributes }));
  }
  return {
    nameOf,
    send: async (name, body) => {
      await client.send(new SendMessageCommand({ QueueUrl: urlOf(name), MessageBody: JSON.stringify(body) }));
    },
    receive: async (name, most) => {
      const command = new ReceiveMessageCommand({
        QueueUrl: urlOf(name),
        MaxNumberOfMessages: most,
        MessageSystemAttributeNames: ['All'],
      });
      return ((await client.send(command)).Messages ?? []).map(messageOf);
    },
    done: async (name, handles) => {
      if (handles.length === 0) return;
      const Entries = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: urlOf(name), Entries }));
    },
    count: async (name) => {
      const AttributeNames = ['ApproximateNumberOfMessages' as const];
      const command = new GetQueueAttributesCommand({ QueueUrl: urlOf(name), AttributeNames });
      return Number((await client.send(command)).Attributes?.ApproximateNumberOfMessages);
    },
    remove: async () => {
      for (const queue of all) await client.send(new DeleteQueueCommand({ QueueUrl: urlOf(nameOf(queue)) }));
      client.destroy();
    },
  };
}

function messageOf({ MessageId, Body, Attributes, ReceiptHandle }: Message) {
  return { id: MessageId!, body: Body!, group: Attributes?.MessageGroupId, handle: ReceiptHandle! };
}
