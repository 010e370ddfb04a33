import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { StepQueue } from './step-queue.ts';
import { STEP_SHAPES } from './step-shapes.ts';

/** The queues between the steps, by the names that alarms and `redrive` use. */
export interface StepQueues {
  readonly ingest: StepQueue;
  readonly consolidate: StepQueue;
  readonly aggregateHours: StepQueue;
  readonly aggregateDays: StepQueue;
  readonly corrections: StepQueue;
}

/** Seconds that a message waits: a window and an hour change often, a day and above less so. */
const SLOTS = { consolidate: 60, aggregateHours: 60, aggregateDays: 300, corrections: 0 } as const;

export function stepQueues(scope: Construct): StepQueues {
  const { ingest, consolidate, aggregate, corrections } = STEP_SHAPES;
  const queue = (id: string, name: string, seconds: number, slot?: number) =>
    new StepQueue(scope, id, { name, seconds, slot });
  return {
    ingest: queue('IngestQueue', 'ingest', ingest.seconds),
    consolidate: queue('ConsolidateQueue', 'consolidate', consolidate.seconds, SLOTS.consolidate),
    aggregateHours: queue('AggregateHoursQueue', 'aggregate-hours', aggregate.seconds, SLOTS.aggregateHours),
    aggregateDays: queue('AggregateDaysQueue', 'aggregate-days', aggregate.seconds, SLOTS.aggregateDays),
    corrections: queue('CorrectionsQueue', 'corrections', corrections.seconds, SLOTS.corrections),
  };
}

/** Where a step finds the queues: the same names for all, and the role says which it may use. */
export function queueEnvironment(queues: StepQueues): Record<string, string> {
  return {
    BACKBONE_QUEUE_INGEST: queues.ingest.queue.queueUrl,
    BACKBONE_QUEUE_CONSOLIDATE: queues.consolidate.queue.queueUrl,
    BACKBONE_QUEUE_AGGREGATE_HOURS: queues.aggregateHours.queue.queueUrl,
    BACKBONE_QUEUE_AGGREGATE_DAYS: queues.aggregateDays.queue.queueUrl,
    BACKBONE_QUEUE_CORRECTIONS: queues.corrections.queue.queueUrl,
  };
}

/** The queues behind consolidating: what a step that changes sums hands on to. */
export function queuesAbove({ consolidate, aggregateHours, aggregateDays }: StepQueues): IQueue[] {
  return [consolidate.queue, aggregateHours.queue, aggregateDays.queue];
}
