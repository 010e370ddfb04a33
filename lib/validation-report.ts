import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';

/** A finding of the validators that nobody acknowledged: the command line lets warnings pass, and we do not. */
export class TemplateRefused extends Error {
  override readonly name = 'TemplateRefused';
}

interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly violatingConstructs: readonly { readonly constructPath?: string }[];
}

interface Report {
  readonly pluginReports: readonly { readonly violations: readonly Violation[] }[];
}

/**
 * Synthesizes, and refuses what the validators found, warnings included: a value that is in no list is a warning of
 * theirs (W3030) and an error of the deployment. Throws TemplateRefused.
 */
export function synthesizeStrictly(app: App): void {
  const { directory } = app.synth();
  const report = reportIn(directory);
  const found = report.pluginReports.flatMap(({ violations }) => violations);
  if (found.length === 0) return;
  const lines = found.map(
    ({ ruleName, description, violatingConstructs: at }) =>
      `${ruleName}: ${description} (${at.map(({ constructPath }) => constructPath).join(', ')})`,
  );
  throw new TemplateRefused(`the templates are refused:\n${lines.join('\n')}`);
}

function reportIn(directory: string): Report {
  // The validator was switched off by CDK_VALIDATION=false.
  if (process.env.CDK_VALIDATION === 'false') return { pluginReports: [] };
  return JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as Report;
}
