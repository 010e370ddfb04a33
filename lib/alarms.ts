import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRule } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { costAlertsOf } from './cost-alerts.ts';
import type { AppSettings } from './settings.ts';
import type { Step } from './step.ts';
import type { StepQueue } from './step-queue.ts';
import { STEP_SHAPES } from './step-shapes.ts';
import { arrivalsOf, failuresOf, sumOf } from './watched-metrics.ts';

/** US dollars for a GB and a second of an arm64 function, us-east-1, list price of November 2026. */
const GB_SECOND = 0.000_013_333_4;

/** Hours that a message may wait before somebody should look; a correction may take a night. */
const PATIENCE: Record<string, number> = { corrections: 12, 'aggregate-days': 2, events: 0.5 };

/** Run twice an hour at most, or once a day: three failures never come together. */
const RARE: ReadonlySet<string> = new Set(['sweep', 'archive', 'collect-costs']);

interface Watch {
  /** Behind the name of the system, and in the runbook. */
  readonly name: string;
  readonly description: string;
  readonly metric: IMetric;
  /** Raised at this value or above. */
  readonly threshold: number;
  readonly evaluationPeriods?: number;
  readonly below?: boolean;
  readonly missing?: TreatMissingData;
}

/** Dead letters, and messages that wait for too long. */
export function queueAlarms(scope: Construct, settings: AppSettings, queues: readonly StepQueue[]): Alarm[] {
  return queues.flatMap(({ name, queue, deadLetters }) => {
    const hours = PATIENCE[name] ?? 1;
    return [
      deadLetterAlarm(scope, settings, name, deadLetters),
      alarm(scope, settings, {
        name: `oldest-message-${name}`,
        description: `The oldest message of ${name} waits for ${hours} h: the step behind it fails or is too slow`,
        metric: queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
        threshold: hours * 3_600,
      }),
    ];
  });
}

export function scheduleAlarm(scope: Construct, settings: AppSettings, deadLetters: IQueue): Alarm {
  return deadLetterAlarm(scope, settings, 'schedules', deadLetters);
}

function deadLetterAlarm(scope: Construct, settings: AppSettings, name: string, queue: IQueue): Alarm {
  return alarm(scope, settings, {
    name: `dead-letters-${name}`,
    description: `Messages of ${name} failed each time and wait in its dead letters`,
    metric: queue.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(5),
      statistic: Stats.MAXIMUM,
    }),
    threshold: 1,
  });
}

/** Failures of each function, and throttles of all of them together. */
export function stepAlarms(scope: Construct, settings: AppSettings, steps: readonly Step[]): Alarm[] {
  const period = Duration.minutes(15);
  const errors = steps.map((step) => errorAlarm(scope, settings, step, period));
  const throttles = alarm(scope, settings, {
    name: 'throttles',
    description: 'Lambda refused calls: the concurrency of the account is used up',
    metric: sumOf(steps, period, (step) => step.function.metricThrottles({ period })),
    threshold: 10,
  });
  return [...errors, throttles];
}

function errorAlarm(scope: Construct, settings: AppSettings, step: Step, period: Duration): Alarm {
  const isRare = RARE.has(step.step);
  return alarm(scope, settings, {
    name: `errors-${step.step}`,
    description: `${step.step} failed${isRare ? '' : ' three times in 15 minutes'}`,
    metric: failuresOf(step, period),
    threshold: isRare ? 1 : 3,
  });
}

/** Nothing was delivered for hours: delivery is off, or nobody visits. */
export function freshnessAlarm(scope: Construct, settings: AppSettings, arrivals: IRule): Alarm {
  const hours = settings.BACKBONE_FRESHNESS_HOURS;
  return alarm(scope, settings, {
    name: 'no-fresh-logs',
    description: `No log object arrived for ${hours} h`,
    metric: arrivalsOf(arrivals, Duration.hours(1)),
    threshold: 1,
    below: true,
    evaluationPeriods: hours,
    // A rule that nothing matches has no metric at all.
    missing: TreatMissingData.BREACHING,
  });
}

/** What the functions cost in a day, from the time they ran; storage and requests follow it. */
export function costAlarm(scope: Construct, settings: AppSettings, steps: readonly Step[]): Alarm {
  const period = Duration.days(1);
  const perMillisecond = (step: Step) => (GB_SECOND * STEP_SHAPES[step.step].memory) / 1_024 / 1_000;
  return alarm(scope, settings, {
    name: 'cost',
    description: `The functions' compute time cost ${settings.BACKBONE_DAILY_COST_LIMIT} US dollars in a day`,
    metric: sumOf(
      steps,
      period,
      (step) => step.function.metricDuration({ period, statistic: Stats.SUM }),
      perMillisecond,
    ),
    threshold: settings.BACKBONE_DAILY_COST_LIMIT,
  });
}

/** What AWS bills, not what it takes: a day that stands out, or a month that will be dearer than its budget. */
export function costAlertAlarm(scope: Construct, settings: AppSettings): Alarm {
  return alarm(scope, settings, {
    name: 'cost-alert',
    description: 'A day cost more or less than such days do, or the month will be dearer than its budget',
    metric: costAlertsOf(settings.BACKBONE_NAME),
    threshold: 1,
  });
}

export function apiAlarm(scope: Construct, settings: AppSettings, api: HttpApi): Alarm {
  return alarm(scope, settings, {
    name: 'api-faults',
    description: 'The admin API answered 5xx five times in 15 minutes',
    metric: api.metricServerError({ period: Duration.minutes(15), statistic: Stats.SUM }),
    threshold: 5,
  });
}

function alarm(scope: Construct, { BACKBONE_NAME }: AppSettings, watch: Watch): Alarm {
  const { below, evaluationPeriods = 1, missing = TreatMissingData.NOT_BREACHING } = watch;
  const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } = ComparisonOperator;
  return new Alarm(scope, watch.name, {
    alarmName: `${BACKBONE_NAME}-${watch.name}`,
    alarmDescription: `${watch.description}. See docs/runbook.md, "${watch.name}".`,
    metric: watch.metric,
    threshold: watch.threshold,
    evaluationPeriods,
    comparisonOperator: below ? LESS_THAN_THRESHOLD : GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: missing,
  });
}
