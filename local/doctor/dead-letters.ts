import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { fault, fine, type Observation } from './observation.ts';
import type { StackQueue } from './stack-queues.ts';

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

/** What waits in the queues, and what was given up. */
export async function* deadLettersSeen(
  client: SQSClient,
  queues: readonly StackQueue[],
  prefix: string,
): AsyncIterable<Observation> {
  for (const { name, url, deadLettersUrl } of queues) {
    const dead = await messagesIn(client, deadLettersUrl);
    const waiting = url === undefined ? 0 : await messagesIn(client, url);
    if (dead === 0) yield fine('dead letters', `${name}: none; ${waiting} messages wait or are worked on`);
    else
      yield fault(
        'dead letters',
        `${name}: ${dead} messages failed each time`,
        url === undefined
          ? 'runs of sweep or archive failed; the next one does their work'
          : 'what they ask for was not done, and after 14 days they are deleted',
        url === undefined
          ? 'look at the errors of both, then delete the messages'
          : `find the reason (the function's log), then: redrive --stack-prefix ${prefix} --queue ${name}`,
      );
  }
}

async function messagesIn(client: SQSClient, QueueUrl: string): Promise<number> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] });
  const { Attributes = {} } = await client.send(command);
  return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}
