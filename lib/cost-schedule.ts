import { Duration, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface CostScheduleProps {
  readonly collector: IFunction;
  /** Takes runs that could not be started. */
  readonly deadLetters: IQueue;
  readonly enabled: boolean;
}

/**
 * Once a day, when the day before is there at least in part. A schedule that runs more often would cost more and
 * know nothing new: AWS brings its own numbers up to date about three times a day.
 */
export class CostSchedule extends Construct {
  constructor(scope: Construct, id: string, { collector, deadLetters, enabled }: CostScheduleProps) {
    super(scope, id);
    new Schedule(this, 'Daily', {
      description: 'Collects what AWS bills',
      schedule: ScheduleExpression.cron({ minute: '23', hour: '9', timeZone: TimeZone.ETC_UTC }),
      timeWindow: TimeWindow.flexible(Duration.minutes(30)),
      target: new LambdaInvoke(collector, {
        deadLetterQueue: deadLetters,
        retryAttempts: 3,
        maxEventAge: Duration.hours(6),
      }),
      enabled,
    });
  }
}

/** The only question that the collector asks. Costs belong to the account: there is no resource to name. */
export function costStatement(): PolicyStatement {
  return new PolicyStatement({ actions: ['ce:GetCostAndUsage'], resources: ['*'] });
}
