import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { everyResource, templates } from './synthesized.ts';

test('the runbook has one line for each alarm, and none for another', () => {
  const alarms = everyResource(templates(), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
    (Properties.AlarmName as string).replace(/^backbone-/, ''),
  );
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  const [tables = ''] = runbook.split('## No alarm');
  const lines = [...tables.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
  expect(lines.sort()).toEqual(alarms.sort());
});
