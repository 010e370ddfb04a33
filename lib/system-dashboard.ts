import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AppSettings } from './settings.ts';
import { arrivalsOf, failuresOf } from './watched-metrics.ts';
import type { WatchedSystem } from './watched-system.ts';

const PERIOD = Duration.minutes(15);

/** Graphs in the order in which data flows, two in a row. */
export function systemDashboard(scope: Construct, settings: AppSettings, system: WatchedSystem): Dashboard {
  const { steps, queues, scheduleDeadLetters, arrivals, announced, api } = system;
  const sum = { period: PERIOD, statistic: Stats.SUM };
  const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12 });
  const ofSteps = (metricOf: (step: (typeof steps)[number]) => IMetric) => steps.map(metricOf);
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: settings.BACKBONE_NAME,
    defaultInterval: Duration.days(1),
    widgets: [
      [
        graph('Log objects announced', [
          arrivalsOf(arrivals, PERIOD, 'delivered'),
          announced.metricNumberOfMessagesSent({ ...sum, label: 'announced' }),
        ]),
        graph(
          'Age of the oldest message, seconds',
          queues.map(({ name, queue }) =>
            queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, label: name }),
          ),
        ),
      ],
      [
        graph('Dead letters', [
          ...queues.map(({ name, deadLetters }) =>
            deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, label: name }),
          ),
          scheduleDeadLetters.metricApproximateNumberOfMessagesVisible({
            period: PERIOD,
            label: 'schedules',
          }),
        ]),
        graph(
          'Errors',
          ofSteps((step) => failuresOf(step, PERIOD, step.step)),
        ),
      ],
      [
        graph(
          'Calls',
          ofSteps((step) => step.function.metricInvocations({ ...sum, label: step.step })),
        ),
        graph(
          'Duration, 95th percentile, milliseconds',
          ofSteps((step) =>
            step.function.metricDuration({
              period: PERIOD,
              statistic: Stats.percentile(95),
              label: step.step,
            }),
          ),
        ),
      ],
      [
        graph('Requests of the API', [
          api.metricCount({ ...sum, label: 'requests' }),
          api.metricClientError({ ...sum, label: '4xx' }),
          api.metricServerError({ ...sum, label: '5xx' }),
        ]),
        graph('Latency of the API, 95th percentile, milliseconds', [
          api.metricLatency({ period: PERIOD, statistic: Stats.percentile(95), label: 'latency' }),
        ]),
      ],
    ],
  });
}
