import type { App } from 'aws-cdk-lib';
import { AdminApiStack } from './admin-api-stack.ts';
import { DataStack } from './data-stack.ts';
import { DELIVERY_REGION } from './delivery-policy.ts';
import { LogDeliveryStack } from './log-delivery-stack.ts';
import type { PageFile } from './page-files.ts';
import { PipelineStack } from './pipeline-stack.ts';
import { readAppSettings } from './settings.ts';

/** All stacks of the application, by the settings in the app's context. Throws BadSetting. */
export function backboneApp(app: App, page: ReadonlyMap<string, PageFile>) {
  const settings = readAppSettings(app.node.getAllContext() as Record<string, unknown>);
  const env = { account: settings.BACKBONE_ACCOUNT, region: settings.BACKBONE_REGION };
  const stack = (name: string) => ({ settings, env, stackName: `${settings.BACKBONE_NAME}-${name}` });
  const data = new DataStack(app, 'DataStack', {
    ...stack('data'),
    description: 'Data and log objects of SGraph Backbone',
  });
  const { places } = data;
  const pipeline = new PipelineStack(app, 'PipelineStack', {
    ...stack('pipeline'),
    places,
    description: 'From delivered logs to roll-ups',
  });
  pipeline.addStackDependency(data);
  const admin = new AdminApiStack(app, 'AdminApiStack', {
    ...stack('admin-api'),
    places,
    queues: pipeline.queues,
    page,
    description: 'The admin API and the dashboard',
  });
  admin.addStackDependency(pipeline);
  return { data, pipeline, admin, delivery: logDelivery() };

  /** The sources of CloudFront's logs live in one region, whatever the rest does. */
  function logDelivery(): LogDeliveryStack | undefined {
    if (settings.BACKBONE_DISTRIBUTIONS.length === 0) return undefined;
    const delivery = new LogDeliveryStack(app, 'LogDeliveryStack', {
      ...stack('log-delivery'),
      env: { ...env, region: DELIVERY_REGION },
      places,
      description: 'Delivery of CloudFront logs',
    });
    delivery.addStackDependency(data);
    return delivery;
  }
}
