import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NoSuchStack } from './failures.ts';

/** A queue of a deployment, by the name that alarms use. */
export interface StackQueue {
  readonly name: string;
  /** Without one, its dead letters are never sent back: schedules. */
  readonly url?: string;
  readonly deadLettersUrl: string;
}

/** The queues of the deployment `<prefix>-pipeline`, by the outputs of its stack. Throws NoSuchStack. */
export async function stackQueues(prefix: string): Promise<StackQueue[]> {
  const stack = `${prefix}-pipeline`;
  const outputs = await outputsOf(stack);
  const queues = queuesAmong(
    new Map(outputs.map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue])),
  );
  if (queues.length > 0) return queues;
  throw new NoSuchStack(
    `The stack ${stack} has no queues among its outputs: is "${prefix}" the BACKBONE_NAME?`,
  );
}

/** `<Name>QueueUrl` and `<Name>DeadLettersUrl`, as the stack names its outputs. */
export function queuesAmong(outputs: ReadonlyMap<string, string | undefined>): StackQueue[] {
  return [...outputs].flatMap(([output, deadLettersUrl]) => {
    const [, id] = /^(\w+)DeadLettersUrl$/.exec(output) ?? [];
    if (id === undefined || deadLettersUrl === undefined) return [];
    return [{ name: nameOf(id), url: outputs.get(`${id}QueueUrl`), deadLettersUrl }];
  });
}

/** A client for the queues of this region and these credentials. */
export function queueClient(): SQSClient {
  return new SQSClient({});
}

async function outputsOf(StackName: string) {
  const client = new CloudFormationClient({});
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    return stack?.Outputs ?? [];
  } catch (error) {
    if ((error as Error).name !== 'ValidationError') throw error;
    throw new NoSuchStack(
      `There is no stack ${StackName} in this account and region: ${(error as Error).message}`,
    );
  } finally {
    client.destroy();
  }
}

/** `AggregateHours` → `aggregate-hours`; the one queue that is not a step's has the name of its alarm. */
function nameOf(id: string): string {
  if (id === 'Schedule') return 'schedules';
  return id.replaceAll(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
