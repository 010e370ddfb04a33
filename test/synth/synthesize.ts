import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { backboneApp } from '../../lib/backbone-app.ts';
import { BadSetting } from '../../lib/settings.ts';

// Its own process: the CDK takes ten times as long to load in a test's sandbox. Lists of settings in, templates out.
const PAGE = new Map([
  ['/index.html', { bytes: Buffer.from('<!doctype html>'), contentType: 'text/html; charset=utf-8' }],
]);

const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
// Bundles are built by the test of `cdk synth`.
const quick = { 'aws:cdk:bundling-stacks': [] };
try {
  const wanted = JSON.parse(process.argv[2]!) as Record<string, unknown>[];
  console.log(JSON.stringify(wanted.map(synthesize)));
} catch (error) {
  if (!(error instanceof BadSetting)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function synthesize(settings: Readonly<Record<string, unknown>>) {
  const app = new App({ context: { ...context, ...quick, ...settings } });
  backboneApp(app, PAGE);
  const stacks = app.node.children.filter((child): child is Stack => Stack.isStack(child));
  return Object.fromEntries(stacks.map((stack) => [stack.node.id, Template.fromStack(stack).toJSON()]));
}
