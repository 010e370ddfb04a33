import { App } from 'aws-cdk-lib';
import { buildDashboard } from '../dashboard/build.ts';
import { backboneApp } from '../lib/backbone-app.ts';
import { checkWithNag } from '../lib/nag-packs.ts';
import { BadSetting } from '../lib/settings.ts';
import { synthesizeStrictly, TemplateRefused } from '../lib/validation-report.ts';

try {
  const app = new App();
  backboneApp(app, await buildDashboard());
  checkWithNag(app);
  synthesizeStrictly(app);
} catch (error) {
  if (!(error instanceof BadSetting || error instanceof TemplateRefused)) throw error;
  // Where in the program it came up says nothing to whoever set it.
  console.error(error.message);
  process.exitCode = 1;
}
