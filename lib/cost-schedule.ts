import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface CostScheduleProps {
  readonly collector: IFunction;
  /** Takes runs that could not be started. */
  readonly deadLetters: IQueue;
  readonly enabled: boolean;
}

const MINUTES_OF_WINDOW = 30;
const ATTEMPTS = 3;
const SECONDS_OF_ATTEMPTS = 6 * 3_600;

/**
 * Once a day, when the day before is there at least in part. A schedule that runs more often would cost more and
 * know nothing new: AWS brings its own numbers up to date about three times a day.
 */
export class CostSchedule extends Construct {
  constructor(scope: Construct, id: string, { collector, deadLetters, enabled }: CostScheduleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      description: 'Starts the collection of costs',
    });
    const invoke = { actions: ['lambda:InvokeFunction'], resources: [collector.functionArn] };
    const send = { actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] };
    for (const allowed of [invoke, send]) role.addToPolicy(new PolicyStatement(allowed));
    new CfnSchedule(this, 'Daily', {
      description: 'Collects what AWS bills',
      scheduleExpression: 'cron(23 9 * * ? *)',
      scheduleExpressionTimezone: 'Etc/UTC',
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: MINUTES_OF_WINDOW },
      state: enabled ? 'ENABLED' : 'DISABLED',
      target: {
        arn: collector.functionArn,
        roleArn: role.roleArn,
        input: '{}',
        deadLetterConfig: { arn: deadLetters.queueArn },
        retryPolicy: { maximumRetryAttempts: ATTEMPTS, maximumEventAgeInSeconds: SECONDS_OF_ATTEMPTS },
      },
    });
  }
}

/** The only question that the collector asks. Costs belong to the account: there is no resource to name. */
export function costStatement(): PolicyStatement {
  return new PolicyStatement({ actions: ['ce:GetCostAndUsage'], resources: ['*'] });
}
