import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as Code,
  type ILayerVersion,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { handlerCode } from './bundled-code.ts';
import { countCostAlerts } from './cost-alerts.ts';
import { failedMessages } from './failed-messages.ts';
import { bucketStatements, denyStatement, pollStatement, sendStatement, watchStatement } from './grants.ts';
import type { Places } from './places.ts';
import type { AppSettings } from './settings.ts';
import { READS_COSTS, type StepName, stepDenials, stepGrants } from './step-grants.ts';
import { STEP_SHAPES } from './step-shapes.ts';

export interface StepProps {
  readonly step: StepName;
  /** One line for whoever finds the function in the console. */
  readonly description: string;
  readonly layer: ILayerVersion;
  readonly places: Places;
  readonly settings: AppSettings;
  /** What the step needs beyond what all of them have. */
  readonly environment: Readonly<Record<string, string>>;
  /** Queues that the step hands work to. @default none */
  readonly sendsTo?: readonly IQueue[];
  /** Queues that call the step. @default none */
  readonly polls?: readonly IQueue[];
  /** Queues whose length the step tells. @default none */
  readonly watches?: readonly IQueue[];
  /** Takes calls of a schedule that failed each time. @default none */
  readonly deadLetters?: IQueue;
}

/** One Lambda with a role and a log group of its own, and the least that its step needs. */
export class Step extends Construct {
  readonly function: Code;
  readonly step: StepName;
  /** Messages that failed; of a step that reads a queue. */
  readonly failedMessages?: IMetric;

  constructor(scope: Construct, id: string, props: StepProps) {
    super(scope, id);
    this.step = props.step;
    const { memory, seconds, temporary } = STEP_SHAPES[props.step];
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.settings.BACKBONE_LOG_RETENTION_DAYS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new Code(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: handlerCode(props.step),
      layers: [props.layer],
      memorySize: memory,
      timeout: Duration.seconds(seconds),
      ephemeralStorageSize: Size.mebibytes(temporary),
      role: roleOf(this, props, logGroup),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      deadLetterQueue: props.deadLetters,
      environment: { ...commonEnvironment(props), ...props.environment },
    });
    if (props.polls !== undefined)
      this.failedMessages = failedMessages(this, props.settings.BACKBONE_NAME, props.step, logGroup);
    if (READS_COSTS.includes(props.step)) countCostAlerts(this, props.settings.BACKBONE_NAME, logGroup);
  }
}

function roleOf(scope: Construct, props: StepProps, logGroup: LogGroup): Role {
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `What ${props.step} of ${props.settings.BACKBONE_NAME} may do`,
  });
  const statements = [
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
    ...bucketStatements(stepGrants(props.step, props.places, props.settings)),
    ...stepDenials(props.step, props.places).map(denyStatement),
    ...onQueues(props.sendsTo, sendStatement),
    ...onQueues(props.polls, pollStatement),
    ...onQueues(props.watches, watchStatement),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  return role;
}

function onQueues(queues: readonly IQueue[] = [], statement: (arns: string[]) => PolicyStatement) {
  return queues.length === 0 ? [] : [statement(queues.map(({ queueArn }) => queueArn))];
}

function commonEnvironment({ places, settings }: StepProps): Record<string, string> {
  const excluded = settings.BACKBONE_EXCLUDE_ADDRESSES;
  return {
    BACKBONE_STORE: places.storeUrl,
    BACKBONE_RAW_RETENTION_DAYS: String(settings.BACKBONE_RAW_RETENTION_DAYS),
    BACKBONE_LOG_LEVEL: settings.BACKBONE_LOG_LEVEL,
    ...(excluded === undefined ? {} : { BACKBONE_EXCLUDE_ADDRESSES: excluded }),
  };
}
