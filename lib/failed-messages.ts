import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * Messages that a step answered as failed, counted from its log: Lambda's own `Errors` counts such calls as good
 * ones. The filter is for lines as `layer/runtime/log.ts` writes them.
 */
export function failedMessages(scope: Construct, system: string, step: string, logGroup: ILogGroup): IMetric {
  const filter = new MetricFilter(scope, 'FailedMessages', {
    logGroup,
    filterPattern: FilterPattern.stringValue('$.message', '=', 'message failed'),
    metricNamespace: system,
    metricName: `failed-messages-${step}`,
    metricValue: '1',
    // A metric that never had a value can't be filled: this one has a value whenever the step ran.
    defaultValue: 0,
  });
  return filter.metric({ statistic: Stats.SUM });
}
