import { Duration } from 'aws-cdk-lib';
import type { Function as Code } from 'aws-cdk-lib/aws-lambda';
import { DeduplicationScope, FifoThroughputLimit, Queue, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** Attempts before a message goes to the dead letters: enough to outlast a bad minute. */
const ATTEMPTS = 5;

/** Dead letters wait as long as SQS can keep them. */
const KEPT_DAYS = 14;

export interface StepQueueProps {
  /** As in names of alarms: `aggregate-hours`. */
  readonly name: string;
  /** Time-out of the function that reads the queue. */
  readonly seconds: number;
  /**
   * Makes it a FIFO queue whose messages wait for so many seconds: a message says "look at group G" and repeats
   * itself once in a slot, so that the one delivered runs after the last change of its slot.
   * @default a standard queue
   */
  readonly slot?: number;
  /**
   * Seconds in which messages are gathered before the function is called with them; of a standard queue alone.
   * @default what is there is handed on at once
   */
  readonly window?: number;
}

/** A queue with its dead letters. */
export class StepQueue extends Construct {
  readonly name: string;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  private readonly window: Duration | undefined;

  constructor(scope: Construct, id: string, props: StepQueueProps) {
    super(scope, id);
    this.name = props.name;
    this.window = props.window === undefined ? undefined : Duration.seconds(props.window);
    const order = props.slot === undefined ? {} : inOrder(props.slot);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...(props.slot === undefined ? {} : { fifo: true }),
      enforceSSL: true,
      retentionPeriod: Duration.days(KEPT_DAYS),
    });
    this.queue = new Queue(this, 'Queue', {
      ...order,
      enforceSSL: true,
      retentionPeriod: Duration.days(KEPT_DAYS),
      visibilityTimeout: Duration.seconds(6 * props.seconds + (props.window ?? 0)),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: ATTEMPTS },
    });
  }

  /** Calls the function with messages, at most `concurrency` at a time: one that fails comes back alone. */
  feed(target: Code, { batch, concurrency }: { readonly batch: number; readonly concurrency: number }): void {
    target.addEventSourceMapping(this.node.id, {
      eventSourceArn: this.queue.queueArn,
      batchSize: batch,
      maxConcurrency: concurrency,
      maxBatchingWindow: this.window,
      reportBatchItemFailures: true,
    });
  }
}

function inOrder(slot: number): Partial<QueueProps> {
  return {
    fifo: true,
    deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
    fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
    deliveryDelay: Duration.seconds(slot),
  };
}
