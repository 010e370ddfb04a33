import { Aws, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import {
  apiAlarm,
  costAlarm,
  costAlertAlarm,
  freshnessAlarm,
  queueAlarms,
  scheduleAlarm,
  stepAlarms,
} from './alarms.ts';
import type { AppSettings } from './settings.ts';
import { systemDashboard } from './system-dashboard.ts';
import type { WatchedSystem } from './watched-system.ts';

export interface AlarmStackProps extends StackProps {
  readonly settings: AppSettings;
  readonly system: WatchedSystem;
}

/** What tells somebody that something is wrong: alarms on one topic, and a page of graphs. */
export class AlarmStack extends Stack {
  constructor(scope: Construct, id: string, { settings, system, ...props }: AlarmStackProps) {
    super(scope, id, props);
    const action = new SnsAction(this.topic(settings));
    const alarms = [
      ...queueAlarms(this, settings, system.queues),
      scheduleAlarm(this, settings, system.scheduleDeadLetters),
      ...stepAlarms(this, settings, system.steps),
      freshnessAlarm(this, settings, system.arrivals),
      costAlarm(this, settings, system.steps),
      costAlertAlarm(this, settings),
      apiAlarm(this, settings, system.api),
    ];
    for (const alarm of alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    systemDashboard(this, settings, system);
  }

  private topic({ BACKBONE_NAME, BACKBONE_ALARM_EMAIL }: AppSettings): Topic {
    const topic = new Topic(this, 'Topic', { displayName: `Alarms of ${BACKBONE_NAME}`, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (BACKBONE_ALARM_EMAIL !== undefined)
      topic.addSubscription(new EmailSubscription(BACKBONE_ALARM_EMAIL));
    new CfnOutput(this, 'AlarmTopic', { value: topic.topicArn });
    return topic;
  }
}
