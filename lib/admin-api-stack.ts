import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { AdminHttpApi } from './admin-http-api.ts';
import { DashboardSite } from './dashboard-site.ts';
import { type PageFile, PageFiles } from './page-files.ts';
import type { Places } from './places.ts';
import type { AppSettings } from './settings.ts';
import { Step } from './step.ts';
import { StepLayer } from './step-layer.ts';
import { queueEnvironment, type StepQueues } from './step-queues.ts';

/** Of the program that is deployed; the API names it at `/api/health`. */
const { version: VERSION } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
) as { version: string };

export interface AdminApiStackProps extends StackProps {
  readonly settings: AppSettings;
  readonly places: Places;
  readonly queues: StepQueues;
  /** Built files of the dashboard by path: `/index.html` and what it names. */
  readonly page: ReadonlyMap<string, PageFile>;
}

/** The admin API and the dashboard. */
export class AdminApiStack extends Stack {
  readonly http: AdminHttpApi;
  readonly site: DashboardSite;
  readonly step: Step;

  constructor(scope: Construct, id: string, props: AdminApiStackProps) {
    super(scope, id, props);
    const { settings } = props;
    const key = this.adminKey(settings);
    this.http = new AdminHttpApi(this, 'Http', {
      name: `${settings.BACKBONE_NAME}-admin-api`,
      logDays: settings.BACKBONE_LOG_RETENTION_DAYS,
      rate: settings.BACKBONE_API_RATE,
    });
    this.site = new DashboardSite(this, 'Dashboard', { settings, apiDomain: this.http.domain });
    new PageFiles(this, 'PageFiles', { bucket: this.site.bucket, files: props.page, settings });
    this.step = this.adminStep(props, key);
    this.http.route(this.step.function);
    new CfnOutput(this, 'DashboardUrl', { value: this.site.origin });
    new CfnOutput(this, 'AdminKeySecret', { value: key.secretArn });
  }

  /** Generated; the function reads it, and nothing else has it. */
  private adminKey({ BACKBONE_NAME }: AppSettings): Secret {
    return new Secret(this, 'AdminKey', {
      description: `The admin key of ${BACKBONE_NAME}: what the dashboard asks for`,
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private adminStep({ settings, places, queues }: AdminApiStackProps, key: Secret): Step {
    const { ingest, events, consolidate, aggregateHours, aggregateDays, corrections } = queues;
    const step = new Step(this, 'AdminApi', {
      step: 'admin-api',
      description: 'Answers the dashboard and its API',
      layer: new StepLayer(this, 'Layer'),
      places,
      settings,
      sendsTo: [corrections.queue, events.queue],
      watches: [ingest.queue, events.queue, consolidate.queue, aggregateHours.queue, aggregateDays.queue],
      environment: {
        ...queueEnvironment(queues),
        BACKBONE_ADMIN_KEY_SECRET: key.secretArn,
        BACKBONE_ORIGIN: this.site.origin,
        BACKBONE_VERSION: VERSION,
      },
    });
    const read = new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [key.secretArn],
    });
    step.function.addToRolePolicy(read);
    return step;
  }
}
