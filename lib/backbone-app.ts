import type { App } from 'aws-cdk-lib';
import { AdminApiStack } from './admin-api-stack.ts';
import { AlarmStack } from './alarm-stack.ts';
import { DataStack } from './data-stack.ts';
import { DELIVERY_REGION } from './delivery-policy.ts';
import { LogDeliveryStack } from './log-delivery-stack.ts';
import type { PageFile } from './page-files.ts';
import { PipelineStack } from './pipeline-stack.ts';
import { readAppSettings } from './settings.ts';
import { SqlStack } from './sql-stack.ts';
import { watchedSystem } from './watched-system.ts';

/** All stacks of the application, by the settings in the app's context. Throws BadSetting. */
export function backboneApp(app: App, page: ReadonlyMap<string, PageFile>): void {
  const settings = readAppSettings(app.node.getAllContext() as Record<string, unknown>);
  const env = { account: settings.BACKBONE_ACCOUNT, region: settings.BACKBONE_REGION };
  const stack = (name: string, description: string) => ({
    settings,
    env,
    description,
    stackName: `${settings.BACKBONE_NAME}-${name}`,
  });

  const data = new DataStack(app, 'DataStack', stack('data', 'Data and log objects of SGraph Backbone'));
  const { places } = data;
  const pipeline = new PipelineStack(app, 'PipelineStack', {
    ...stack('pipeline', 'SGraph Backbone: from delivered logs to roll-ups'),
    places,
  });
  pipeline.addStackDependency(data);
  const admin = new AdminApiStack(app, 'AdminApiStack', {
    ...stack('admin-api', 'SGraph Backbone: the admin API and the dashboard'),
    places,
    queues: pipeline.queues,
    page,
  });
  const alarms = new AlarmStack(app, 'AlarmStack', {
    ...stack('alarms', 'SGraph Backbone: alarms and graphs'),
    system: watchedSystem(pipeline, admin),
  });
  alarms.addStackDependency(admin);
  const sql = new SqlStack(app, 'SqlStack', {
    ...stack('sql', 'SGraph Backbone: SQL over raw batches'),
    places,
  });
  sql.addStackDependency(data);
  if (settings.BACKBONE_DISTRIBUTIONS.length === 0) return;
  const delivery = new LogDeliveryStack(app, 'LogDeliveryStack', {
    ...stack('log-delivery', "SGraph Backbone: delivery of CloudFront's logs"),
    // The sources of these logs live in one region, whatever the rest does.
    env: { ...env, region: DELIVERY_REGION },
    places,
  });
  delivery.addStackDependency(data);
}
