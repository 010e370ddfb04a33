import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRule } from 'aws-cdk-lib/aws-events';
import type { Step } from './step.ts';

/** Calls that failed and, of a step that reads a queue, messages that it answered as failed. */
export function failuresOf(step: Step, period: Duration, label?: string): IMetric {
  const errors = step.function.metricErrors({ period, label });
  if (step.failedMessages === undefined) return errors;
  // Of its own in a graph of several steps.
  const [calls, messages] = [`${nameOf(step)}_calls`, `${nameOf(step)}_messages`];
  return new MathExpression({
    expression: `FILL(${calls}, 0) + FILL(${messages}, 0)`,
    usingMetrics: { [calls]: errors, [messages]: step.failedMessages },
    period,
    label,
  });
}

/** Events of the rule that announces log objects; what the sweeper or `redrive` sends is none of them. */
export function arrivalsOf(rule: IRule, period: Duration, label?: string): IMetric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'TriggeredRules',
    dimensionsMap: { RuleName: rule.ruleName },
    statistic: Stats.SUM,
    period,
    label,
  });
}

/** A metric of each function, weighed and added up. */
export function sumOf(
  steps: readonly Step[],
  period: Duration,
  metricOf: (step: Step) => IMetric,
  weightOf: (step: Step) => number = () => 1,
): MathExpression {
  const terms = steps.map((step) => `FILL(${nameOf(step)}, 0) * ${weightOf(step).toFixed(12)}`);
  return new MathExpression({
    expression: terms.join(' + '),
    usingMetrics: Object.fromEntries(steps.map((step) => [nameOf(step), metricOf(step)])),
    period,
  });
}

/** As an id in an expression. */
function nameOf({ step }: Step): string {
  return step.replaceAll('-', '_');
}
