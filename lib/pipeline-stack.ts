import { OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { CostSchedule, costStatement } from './cost-schedule.ts';
import type { Places } from './places.ts';
import { ScheduleDeadLetters } from './schedule-dead-letters.ts';
import type { AppSettings } from './settings.ts';
import { Step, type StepProps } from './step.ts';
import { READS_COSTS, type StepName } from './step-grants.ts';
import { StepLayer } from './step-layer.ts';
import {
  deadEventsEnvironment,
  queueEnvironment,
  queuesAbove,
  type StepQueues,
  stepQueues,
} from './step-queues.ts';

export interface PipelineStackProps extends StackProps {
  readonly settings: AppSettings;
  readonly places: Places;
}

/** From a log object to a number: the steps, the queues between them, and what runs them. */
export class PipelineStack extends Stack {
  readonly queues: StepQueues;
  readonly steps: readonly Step[];
  readonly scheduleDeadLetters: IQueue;
  /** Log objects that arrive. */
  readonly arrivals: Rule;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    this.queues = stepQueues(this);
    this.scheduleDeadLetters = new ScheduleDeadLetters(this, 'ScheduleDeadLetters');
    this.steps = this.pipelineSteps(props);
    this.arrivals = this.arrivalRule(props.places);
    this.feedSteps(props.settings);
    this.runSteps();
    this.collectCosts(props.settings);
    this.nameQueues();
  }

  private pipelineSteps({ settings, places }: PipelineStackProps): Step[] {
    const { ingest, events, consolidate, aggregateHours, aggregateDays, corrections } = this.queues;
    const layer = new StepLayer(this, 'Layer');
    const environment = queueEnvironment(this.queues);
    const step = (id: string, name: StepName, props: Pick<StepProps, 'description'> & Partial<StepProps>) =>
      new Step(this, id, { step: name, layer, places, settings, environment, ...props });
    return [
      step('Ingest', 'ingest', {
        description: 'Reads a delivered log object and adds what it holds',
        polls: [ingest.queue],
        sendsTo: [consolidate.queue],
      }),
      step('RecordEvents', 'record-events', {
        description: 'Writes what applications reported, one batch for each half-hour',
        polls: [events.queue],
        sendsTo: [consolidate.queue],
      }),
      step('Consolidate', 'consolidate', {
        description: 'Merges the batches of one half-hour',
        polls: [consolidate.queue],
        sendsTo: [aggregateHours.queue],
      }),
      step('Aggregate', 'aggregate', {
        description: 'Sums a roll-up from its children, up to the year',
        polls: [aggregateHours.queue, aggregateDays.queue],
        sendsTo: [aggregateHours.queue, aggregateDays.queue],
      }),
      step('Archive', 'archive', {
        description: 'Moves counted log objects out of live/',
        deadLetters: this.scheduleDeadLetters,
      }),
      step('Sweep', 'sweep', {
        description: 'Finds what events missed, finishes what is pending, makes numbers final',
        deadLetters: this.scheduleDeadLetters,
        sendsTo: [ingest.queue, events.queue, ...queuesAbove(this.queues)],
        watches: [events.deadLetters],
        environment: { ...environment, ...deadEventsEnvironment(this.queues), ...sweepEnvironment(settings) },
      }),
      step('Corrections', 'corrections', {
        description: 'Forgets, reprocesses and settles: commands that take long',
        polls: [corrections.queue],
        sendsTo: [corrections.queue, ...queuesAbove(this.queues)],
        environment: { ...environment, ...costEnvironment(settings) },
      }),
      step('CollectCosts', 'collect-costs', {
        description: 'Reads what AWS bills, day by day, and what a request of it costs',
        deadLetters: this.scheduleDeadLetters,
        environment: { ...environment, ...costEnvironment(settings) },
      }),
    ];
  }

  /** Only what arrives in `live/`: moves into `archive/` and `refused/` are events too. */
  private arrivalRule({ observabilityBucket }: Places): Rule {
    const { queue, deadLetters } = this.queues.ingest;
    return new Rule(this, 'Arrivals', {
      description: 'A log object was delivered',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [observabilityBucket] },
          object: { key: [{ prefix: OBSERVABILITY.live }] },
        },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
  }

  private feedSteps(settings: AppSettings): void {
    const { ingest, events, consolidate, aggregateHours, aggregateDays, corrections } = this.queues;
    // One object at a time: a second one must not come again because the first took long.
    ingest.feed(this.function('ingest'), { batch: 1, concurrency: settings.BACKBONE_INGEST_CONCURRENCY });
    // Few large batches: as many messages as 6 MB hold, from two functions at most.
    events.feed(this.function('record-events'), { batch: 1_000, concurrency: 2 });
    consolidate.feed(this.function('consolidate'), { batch: 10, concurrency: 10 });
    aggregateHours.feed(this.function('aggregate'), { batch: 10, concurrency: 10 });
    aggregateDays.feed(this.function('aggregate'), { batch: 10, concurrency: 5 });
    corrections.feed(this.function('corrections'), { batch: 1, concurrency: 2 });
  }

  /** A run that fails is repeated by the next one; two runs never overlap. */
  private runSteps(): void {
    this.runEvery('SweepSchedule', 'sweep', Duration.minutes(30));
    this.runEvery('ArchiveSchedule', 'archive', Duration.hours(1));
  }

  private runEvery(id: string, step: StepName, period: Duration): void {
    new Rule(this, id, {
      description: `Runs ${step}`,
      schedule: Schedule.rate(period),
      targets: [new LambdaFunction(this.function(step), { deadLetterQueue: this.scheduleDeadLetters })],
    });
  }

  /** Whoever collects may ask for costs, and for nothing else of the account. */
  private collectCosts(settings: AppSettings): void {
    for (const step of READS_COSTS) this.function(step).addToRolePolicy(costStatement());
    new CostSchedule(this, 'CostSchedule', {
      collector: this.function('collect-costs'),
      deadLetters: this.scheduleDeadLetters,
      enabled: settings.BACKBONE_COSTS === 'daily',
    });
  }

  /** For `doctor` and `redrive`, which find queues by the outputs of the stack. */
  private nameQueues(): void {
    for (const { name, queue, deadLetters } of Object.values(this.queues) as StepQueues['ingest'][]) {
      const id = name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
      new CfnOutput(this, `${id}QueueUrl`, { value: queue.queueUrl });
      new CfnOutput(this, `${id}DeadLettersUrl`, { value: deadLetters.queueUrl });
    }
    new CfnOutput(this, 'ScheduleDeadLettersUrl', { value: this.scheduleDeadLetters.queueUrl });
  }

  private function(name: StepName) {
    return this.steps.find(({ step }) => step === name)!.function;
  }
}

function sweepEnvironment(settings: AppSettings): Record<string, string> {
  return {
    BACKBONE_ARCHIVE_RETENTION_DAYS: String(settings.BACKBONE_ARCHIVE_RETENTION_DAYS),
    BACKBONE_SOURCE_BUCKETS: JSON.stringify(settings.BACKBONE_SOURCE_BUCKETS),
  };
}

function costEnvironment({ BACKBONE_COST_EXPORT: place }: AppSettings): Record<string, string> {
  return place === undefined ? {} : { BACKBONE_COST_EXPORT: place };
}
