import { type App, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A finding that we live with, and why. */
export interface Acknowledgement {
  readonly rule: string;
  readonly reason: string;
  /** Paths of constructs, with everything below them; one that the settings leave out may be missing. */
  readonly at: readonly string[];
}

const QUEUES = ['Ingest', 'Events', 'Consolidate', 'AggregateHours', 'AggregateDays', 'Corrections'];
const POLLING = ['Ingest', 'RecordEvents', 'Consolidate', 'Aggregate', 'Corrections'];

export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  {
    rule: 'AwsSolutions-S1',
    reason:
      'Access logs would hold addresses, and of these three buckets only our own functions and CloudFront read; CloudTrail data events can be switched on when a case needs them.',
    at: ['DataStack/Data', 'DataStack/Observability', 'AdminApiStack/Dashboard/Page'],
  },
  {
    rule: 'AwsSolutions-SMG4',
    reason:
      'The admin key is typed in by people, so a schedule would lock them out. It is replaced by writing a new value, which counts within a minute.',
    at: ['AdminApiStack/AdminKey'],
  },
  {
    rule: 'AwsSolutions-APIG4',
    reason:
      'Keys and scopes are checked in the function, by the code that runs locally too: an authorizer of an HTTP API can not say which scope is missing, nor take one of several headers.',
    at: ['AdminApiStack/Http/Api'],
  },
  {
    rule: 'AwsSolutions-CFR1',
    reason: 'The page is static and says nothing without a key; its owner may travel.',
    at: ['AdminApiStack/Dashboard/Distribution'],
  },
  {
    rule: 'AwsSolutions-CFR2',
    reason:
      'A firewall costs more in a month than everything else together. The API is throttled, and every route but its health asks for a key.',
    at: ['AdminApiStack/Dashboard/Distribution'],
  },
  {
    rule: 'AwsSolutions-CFR3',
    reason:
      'Such a log would hold the addresses of whoever looks at the numbers. The API has an access log without them.',
    at: ['AdminApiStack/Dashboard/Distribution'],
  },
  {
    rule: 'AwsSolutions-CFR4',
    reason:
      "A distribution under CloudFront's own name can not choose a version of TLS. With BACKBONE_DASHBOARD_DOMAIN it is 1.2 at least.",
    at: ['AdminApiStack/Dashboard/Distribution'],
  },
  {
    rule: 'Serverless-SQSRedrivePolicy',
    reason: 'These are the dead letters.',
    at: [
      ...QUEUES.map((queue) => `PipelineStack/${queue}Queue/DeadLetters`),
      'PipelineStack/ScheduleDeadLetters',
    ],
  },
  {
    rule: 'Serverless-LambdaDLQ',
    reason:
      'Nothing calls these functions asynchronously: what fails goes to the dead letters of its queue, or back to the caller.',
    at: [
      ...POLLING.map((step) => `PipelineStack/${step}/Function`),
      'AdminApiStack/AdminApi/Function',
      'AdminApiStack/PageFiles/Writer',
    ],
  },
  {
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    reason: 'A destination is for streams; a queue has its dead letters.',
    at: POLLING.map((step) => `PipelineStack/${step}/Function`),
  },
  {
    rule: 'Serverless-SNSRedrivePolicy',
    reason: 'An e-mail that can not be delivered would be of no use in a queue; the alarm stays raised.',
    at: ['AlarmStack/Topic'],
  },
];

/** The same of AWS's template validator. */
const OF_VALIDATOR: readonly Acknowledgement[] = [
  {
    rule: 'CloudFormation-Validate::W9003',
    reason:
      'The CDK writes the size of a lifecycle rule as a number, which CloudFormation takes for the text.',
    at: ['DataStack/Observability'],
  },
];

/** Tells the checks about them. */
export function acknowledgeFindings(app: App): void {
  for (const { rule, reason, at } of [...ACKNOWLEDGEMENTS, ...OF_VALIDATOR])
    for (const path of at) {
      const construct = constructAt(app, path);
      if (construct !== undefined) Validations.of(construct).acknowledge({ id: rule, reason });
    }
}

function constructAt(app: App, path: string): IConstruct | undefined {
  return path
    .split('/')
    .reduce<IConstruct | undefined>((construct, id) => construct?.node.tryFindChild(id), app);
}
