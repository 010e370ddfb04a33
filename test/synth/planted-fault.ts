import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { checkWithNag } from '../../lib/nag-packs.ts';
import { synthesizeStrictly } from '../../lib/validation-report.ts';

// An app with one fault under our checks, for `cdk synth`: it is to fail.
const role = 'arn:aws:iam::123456789012:role/of-a-function';
const code = { Code: { ZipFile: '//' }, Handler: 'index.handler', Role: role, Runtime: 'nodejs24.x' };

const FAULTS: Record<string, (stack: Stack) => void> = {
  none: (stack) => {
    new CfnResource(stack, 'Log', { type: 'AWS::Logs::LogGroup', properties: { RetentionInDays: 30 } });
  },
  'misspelt-property': (stack) => {
    new CfnResource(stack, 'Log', { type: 'AWS::Logs::LogGroup', properties: { RetentionDays: 30 } });
  },
  'value-out-of-the-list': (stack) => {
    new CfnResource(stack, 'Log', { type: 'AWS::Logs::LogGroup', properties: { RetentionInDays: 31 } });
  },
  'visibility-below-time-out': (stack) => {
    const slow = new CfnResource(stack, 'Function', {
      type: 'AWS::Lambda::Function',
      properties: { ...code, Timeout: 100 },
    });
    const queue = new CfnResource(stack, 'Queue', {
      type: 'AWS::SQS::Queue',
      properties: { VisibilityTimeout: 10 },
    });
    new CfnResource(stack, 'Mapping', {
      type: 'AWS::Lambda::EventSourceMapping',
      properties: { FunctionName: slow.ref, EventSourceArn: queue.getAtt('Arn') },
    });
  },
  'finding-of-nag': (stack) => {
    new CfnLogGroup(stack, 'Log');
  },
};

const app = new App();
FAULTS[process.argv[2]!]!(new Stack(app, 'Faulty'));
checkWithNag(app);
synthesizeStrictly(app);
