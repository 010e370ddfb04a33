import { App } from 'aws-cdk-lib';
import { buildDashboard } from '../dashboard/build.ts';
import { backboneApp } from '../lib/backbone-app.ts';
import { BadSetting } from '../lib/settings.ts';

try {
  backboneApp(new App(), await buildDashboard());
} catch (error) {
  if (!(error instanceof BadSetting)) throw error;
  // What is wrong with a setting needs no stack.
  console.error(error.message);
  process.exitCode = 1;
}
