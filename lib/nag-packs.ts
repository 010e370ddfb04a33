import type { App } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type IApplyRule, ServerlessChecks } from 'cdk-nag';
import { acknowledgeFindings } from './acknowledgements.ts';

// Rules about wildcards know no prefixes, and count `<prefix>/*` as one: test/synth reads every statement instead.
const WILDCARDS = ['IAM5', 'LambdaStarPermissions'];

/** Checks of cdk-nag at every synth: a finding that nobody acknowledged fails it. */
export function checkWithNag(app: App): void {
  acknowledgeFindings(app);
  Validations.of(app).addPlugins(...nagPacks(app));
}

/** The packs that check, without rules about wildcards. */
export function nagPacks(app: App) {
  return [new Solutions(app), new Serverless(app)];
}

class Solutions extends AwsSolutionsChecks {
  protected override applyRule(params: IApplyRule): void {
    if (!isAboutWildcards(params)) super.applyRule(params);
  }
}

class Serverless extends ServerlessChecks {
  protected override applyRule(params: IApplyRule): void {
    if (!isAboutWildcards(params)) super.applyRule(params);
  }
}

function isAboutWildcards({ ruleSuffixOverride, rule }: IApplyRule): boolean {
  return WILDCARDS.includes(ruleSuffixOverride ?? rule.name);
}
