import { App } from 'aws-cdk-lib';
import { buildDashboard } from '../dashboard/build.ts';
import { backboneApp } from '../lib/backbone-app.ts';
import { checkWithNag } from '../lib/nag-packs.ts';
import { BadSetting } from '../lib/settings.ts';

try {
  const app = new App();
  backboneApp(app, await buildDashboard());
  checkWithNag(app);
} catch (error) {
  if (!(error instanceof BadSetting)) throw error;
  // What is wrong with a setting needs no stack.
  console.error(error.message);
  process.exitCode = 1;
}
