import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

const NAME = 'cost-alerts';

/** Counts what a collection tells of: days that stand out, a month that will be dearer than its budget. */
export function countCostAlerts(scope: Construct, system: string, logGroup: ILogGroup): void {
  new MetricFilter(scope, 'CostAlerts', {
    logGroup,
    filterPattern: FilterPattern.stringValue('$.message', '=', 'cost alert'),
    metricNamespace: system,
    metricName: NAME,
    metricValue: '1',
  });
}

/** All of them, whichever step collected. */
export function costAlertsOf(system: string): IMetric {
  return new Metric({
    namespace: system,
    metricName: NAME,
    statistic: Stats.SUM,
    period: Duration.hours(1),
  });
}
