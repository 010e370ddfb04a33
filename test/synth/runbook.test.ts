import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { queuesAmong } from '../../local/doctor/stack-queues.ts';
import { everyResource, type Templates, templates } from './synthesized.ts';

let all: Templates;
beforeAll(() => {
  all = templates();
});

function alarmNames(): string[] {
  return everyResource(all, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
    (Properties.AlarmName as string).replace(/^backbone-/, ''),
  );
}

test('the runbook has one line for each alarm, and none for another', () => {
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  const [tables = ''] = runbook.split('## No alarm');
  const lines = [...tables.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
  expect(lines.sort()).toEqual(alarmNames().sort());
});

test('doctor and redrive find every queue among the outputs, under the name that its alarm has', () => {
  const { Outputs } = all.PipelineStack as unknown as { Outputs: Record<string, unknown> };
  const queues = queuesAmong(new Map(Object.keys(Outputs).map((name) => [name, name])));
  expect(queues.map(({ name }) => `dead-letters-${name}`).sort()).toEqual(
    alarmNames()
      .filter((name) => name.startsWith('dead-letters-'))
      .sort(),
  );
  // What a schedule started is never started again by hand.
  expect(queues.filter(({ url }) => url === undefined).map(({ name }) => name)).toEqual(['schedules']);
});
