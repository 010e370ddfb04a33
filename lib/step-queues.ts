import { SLOTS } from '@sgraph-backbone/layer/queues';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { StepQueue } from './step-queue.ts';
import { STEP_SHAPES } from './step-shapes.ts';

/** The queues between the steps, by the names that alarms and `redrive` use. */
export interface StepQueues {
  readonly ingest: StepQueue;
  /** Events of applications; made private before they are sent. */
  readonly events: StepQueue;
  readonly consolidate: StepQueue;
  readonly aggregateHours: StepQueue;
  readonly aggregateDays: StepQueue;
  readonly corrections: StepQueue;
}

/** Seconds in which events are gathered: all of an invocation are one raw batch for each window. */
const EVENTS_WINDOW = 20;

/** Seconds that a message waits: at least the slot in which senders repeat it once. */
const DELAYS = {
  consolidate: SLOTS.consolidate,
  aggregateHours: SLOTS.hours,
  aggregateDays: SLOTS.days,
  corrections: 0,
};

export function stepQueues(scope: Construct): StepQueues {
  const { ingest, consolidate, aggregate, corrections } = STEP_SHAPES;
  const events = { name: 'events', seconds: STEP_SHAPES['record-events'].seconds, window: EVENTS_WINDOW };
  const queue = (id: string, name: string, seconds: number, slot?: number) =>
    new StepQueue(scope, id, { name, seconds, slot });
  return {
    ingest: queue('IngestQueue', 'ingest', ingest.seconds),
    events: new StepQueue(scope, 'EventsQueue', events),
    consolidate: queue('ConsolidateQueue', 'consolidate', consolidate.seconds, DELAYS.consolidate),
    aggregateHours: queue('AggregateHoursQueue', 'aggregate-hours', aggregate.seconds, DELAYS.aggregateHours),
    aggregateDays: queue('AggregateDaysQueue', 'aggregate-days', aggregate.seconds, DELAYS.aggregateDays),
    corrections: queue('CorrectionsQueue', 'corrections', corrections.seconds, DELAYS.corrections),
  };
}

/** Where a step finds the queues: the same names for all, and the role says which it may use. */
export function queueEnvironment(queues: StepQueues): Record<string, string> {
  return {
    BACKBONE_QUEUE_INGEST: queues.ingest.queue.queueUrl,
    BACKBONE_QUEUE_EVENTS: queues.events.queue.queueUrl,
    BACKBONE_QUEUE_CONSOLIDATE: queues.consolidate.queue.queueUrl,
    BACKBONE_QUEUE_AGGREGATE_HOURS: queues.aggregateHours.queue.queueUrl,
    BACKBONE_QUEUE_AGGREGATE_DAYS: queues.aggregateDays.queue.queueUrl,
    BACKBONE_QUEUE_CORRECTIONS: queues.corrections.queue.queueUrl,
  };
}

/** Where the sweeper sees that events could not be recorded: no number of theirs becomes final meanwhile. */
export function deadEventsEnvironment({ events }: StepQueues): Record<string, string> {
  return { BACKBONE_QUEUE_EVENTS_DEAD: events.deadLetters.queueUrl };
}

/** The queues behind consolidating: what a step that changes sums hands on to. */
export function queuesAbove({ consolidate, aggregateHours, aggregateDays }: StepQueues): IQueue[] {
  return [consolidate.queue, aggregateHours.queue, aggregateDays.queue];
}
