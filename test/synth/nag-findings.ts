import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { backboneApp } from '../../lib/backbone-app.ts';
import { nagPacks } from '../../lib/nag-packs.ts';

// What cdk-nag finds when nobody has acknowledged anything: rules and paths, for the test beside this.
const settings = JSON.parse(process.argv[2]!) as Record<string, unknown>;
const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [], ...settings } });
backboneApp(app, new Map());
const findings = nagPacks(app).flatMap((pack) =>
  pack
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => [ruleName, constructPath]),
    ),
);
console.log(JSON.stringify(findings));
