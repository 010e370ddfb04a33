import { describe, expect, test } from '@jest/globals';
import { SLOTS } from '@sgraph-backbone/layer/queues';
import { EVERYTHING, everyResource, plain, type Resource, resource, templates } from './synthesized.ts';

const all = templates(EVERYTHING);
const queue = (id: string) => resource(all, 'PipelineStack', id, 'AWS::SQS::Queue').Properties;
const functionOf = (id: string) => resource(all, 'PipelineStack', id, 'AWS::Lambda::Function').Properties;

/** Event source mappings by their queue. */
const mappings = new Map<string, Resource['Properties']>(
  everyResource(all, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => [
    plain(Properties.EventSourceArn),
    Properties,
  ]),
);

// Seconds of delay are seconds of a slot: the one message of a slot runs after the last change in it.
const QUEUES = [
  { id: 'IngestQueue', step: 'Ingest', batch: 1, concurrency: 10 },
  { id: 'EventsQueue', step: 'RecordEvents', batch: 1_000, concurrency: 2, window: 20 },
  { id: 'ConsolidateQueue', step: 'Consolidate', batch: 10, concurrency: 10, delay: SLOTS.consolidate },
  { id: 'AggregateHoursQueue', step: 'Aggregate', batch: 10, concurrency: 10, delay: SLOTS.hours },
  { id: 'AggregateDaysQueue', step: 'Aggregate', batch: 10, concurrency: 5, delay: SLOTS.days },
  { id: 'CorrectionsQueue', step: 'Corrections', batch: 1, concurrency: 2, delay: 0 },
];

describe.each(QUEUES)('the queue $id', ({ id, step, batch, concurrency, delay, window = 0 }) => {
  const { DeadLetters, ...own } = { ...queue(id), DeadLetters: queue(`${id}DeadLetters`) };

  test('gives a message five tries, and keeps it for two weeks when they failed', () => {
    expect(own.RedrivePolicy.maxReceiveCount).toBe(5);
    expect(plain(own.RedrivePolicy.deadLetterTargetArn)).toBe(`<${id}DeadLetters.Arn>`);
    expect(DeadLetters.MessageRetentionPeriod).toBe(14 * 86_400);
    // Else a message that waited for long is gone as soon as it is dead.
    expect(own.MessageRetentionPeriod).toBe(14 * 86_400);
    expect(DeadLetters.FifoQueue).toBe(own.FifoQueue);
  });

  test('hides a message for six times as long as its function may run', () => {
    expect(own.VisibilityTimeout).toBeGreaterThanOrEqual(6 * functionOf(`${step}Function`).Timeout + window);
  });

  test('calls its function with a bound, and takes back single messages', () => {
    const mapping = mappings.get(`<${id}.Arn>`)!;
    expect(plain(mapping.FunctionName)).toBe(`<${step}Function>`);
    expect(mapping).toMatchObject({
      BatchSize: batch,
      ...(window > 0 && { MaximumBatchingWindowInSeconds: window }),
      ScalingConfig: { MaximumConcurrency: concurrency },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test(
    delay === undefined ? 'is a standard queue: nothing in it has an order' : 'keeps the order of a group',
    () => {
      const fifo = {
        FifoQueue: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        DelaySeconds: delay,
      };
      if (delay === undefined) expect(own.FifoQueue).toBeUndefined();
      else expect(own).toMatchObject(fifo);
      // Ids are made by whoever sends: by content, a redo within five minutes would be dropped.
      expect(own.ContentBasedDeduplication).toBeUndefined();
    },
  );
});

describe('every queue', () => {
  test('has dead letters or is one, and gives each message a try at least', () => {
    for (const [path, { Properties }] of everyResource(all, 'AWS::SQS::Queue')) {
      if (/DeadLetters/.test(path)) continue;
      expect(Properties.RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(1);
    }
    expect(mappings.size).toBe(QUEUES.length);
  });
});

describe('what runs the steps', () => {
  test('is an object below live/ in the bucket of log objects; moves to other folders are not', () => {
    const { EventPattern, Targets } = resource(all, 'PipelineStack', 'Arrivals').Properties;
    expect({
      ...EventPattern,
      detail: { ...EventPattern.detail, bucket: plain(EventPattern.detail.bucket.name[0]) },
    }).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: {
        bucket: 'backbone-observability-<AWS::AccountId>-eu-west-1',
        object: { key: [{ prefix: 'live/' }] },
      },
    });
    expect(
      Targets.map(({ Arn, DeadLetterConfig }: Resource['Properties']) => [
        plain(Arn),
        plain(DeadLetterConfig.Arn),
      ]),
    ).toEqual([['<IngestQueue.Arn>', '<IngestQueueDeadLetters.Arn>']]);
  });

  test('is a schedule for the sweeper and one for the archive, longer than a run', () => {
    const schedules = ['SweepSchedule', 'ArchiveSchedule'].map((id) => {
      const { ScheduleExpression, Targets } = resource(
        all,
        'PipelineStack',
        id,
        'AWS::Events::Rule',
      ).Properties;
      return [ScheduleExpression, plain(Targets[0].Arn), plain(Targets[0].DeadLetterConfig.Arn)];
    });
    expect(schedules).toEqual([
      ['rate(30 minutes)', '<SweepFunction.Arn>', '<ScheduleDeadLetters.Arn>'],
      ['rate(1 hour)', '<ArchiveFunction.Arn>', '<ScheduleDeadLetters.Arn>'],
    ]);
    expect(functionOf('SweepFunction').Timeout).toBeLessThan(30 * 60);
  });
});
