import type { App } from 'aws-cdk-lib';
import { DataStack } from './data-stack.ts';
import { PipelineStack } from './pipeline-stack.ts';
import { readAppSettings } from './settings.ts';

/** All stacks of the application, by the settings in the app's context. Throws BadSetting. */
export function backboneApp(app: App) {
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
  pipeline.addDependency(data);
  return { data, pipeline };
}
