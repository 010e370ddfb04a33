import { describe, expect, test } from '@jest/globals';
import { EVERYTHING, everyResource, plain, type Resource, templates } from './synthesized.ts';

const all = templates({ ...EVERYTHING, BACKBONE_NAME: 'our-site', BACKBONE_FRESHNESS_HOURS: 6 });
const alarms = new Map<string, Resource['Properties']>(
  everyResource(all, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => [
    (Properties.AlarmName as string).replace(/^our-site-/, ''),
    Properties,
  ]),
);

const QUEUES = ['ingest', 'events', 'consolidate', 'aggregate-hours', 'aggregate-days', 'corrections'];
const STEPS = [
  'ingest',
  'record-events',
  'consolidate',
  'aggregate',
  'archive',
  'sweep',
  'corrections',
  'collect-costs',
  'admin-api',
];

describe('the alarms', () => {
  test('are these', () => {
    expect([...alarms.keys()].sort()).toEqual(
      [
        ...QUEUES.flatMap((queue) => [`dead-letters-${queue}`, `oldest-message-${queue}`]),
        'dead-letters-schedules',
        ...STEPS.map((step) => `errors-${step}`),
        'throttles',
        'no-fresh-logs',
        'cost',
        'cost-alert',
        'api-faults',
      ].sort(),
    );
  });

  test('each say what is wrong and where to read on, and tell the topic, also when it is over', () => {
    const [topic] = everyResource(all, 'AWS::SNS::Topic')[0]![0].split('/').slice(1);
    for (const [name, alarm] of alarms) {
      expect(alarm.AlarmDescription).toMatch(
        new RegExp(`^[A-Z0-9].* See docs/runbook.md, "${name}"\\.$`, 'i'),
      );
      expect([alarm.AlarmActions, alarm.OKActions]).toEqual([[{ Ref: topic }], [{ Ref: topic }]]);
    }
  });

  test('on dead letters are raised by the first, of every queue that is one', () => {
    const watched = [...alarms]
      .filter(([name]) => name.startsWith('dead-letters-'))
      .map(([, alarm]) => {
        expect(alarm).toMatchObject({ Threshold: 1, MetricName: 'ApproximateNumberOfMessagesVisible' });
        return plain(alarm.Dimensions[0].Value).replace('.QueueName', '');
      });
    const dead = everyResource(all, 'AWS::SQS::Queue').map(([path]) =>
      path.slice('PipelineStack/'.length, -8),
    );
    expect(watched.sort()).toEqual(
      dead
        .filter((id) => id.endsWith('DeadLetters'))
        .map((id) => `<${id}>`)
        .sort(),
    );
  });

  test('on errors count failed messages too, where a step answers them one by one', () => {
    for (const step of ['ingest', 'record-events', 'consolidate', 'aggregate', 'corrections']) {
      const { Metrics: metrics, Threshold } = alarms.get(`errors-${step}`)!;
      expect(Threshold).toBe(3);
      const id = step.replace('-', '_');
      expect(metrics[0].Expression).toBe(`FILL(${id}_calls, 0) + FILL(${id}_messages, 0)`);
      // biome-ignore lint/suspicious/noExplicitAny: templates are JSON of any shape
      const summed = metrics.slice(1).map(({ MetricStat: { Metric, Period, Stat } }: any) => {
        expect([Period, Stat]).toEqual([900, 'Sum']);
        return `${Metric.Namespace} ${Metric.MetricName}`;
      });
      expect(summed).toEqual(['AWS/Lambda Errors', `our-site failed-messages-${step}`]);
    }
  });

  test('on errors of what runs every half-hour, hour or day are raised by the first', () => {
    for (const step of ['sweep', 'archive', 'collect-costs'])
      expect(alarms.get(`errors-${step}`)).toMatchObject({ Threshold: 1, MetricName: 'Errors' });
  });

  test('on freshness look at events of the rule, not at the queue that the sweeper sends to as well', () => {
    const { Namespace, MetricName, Dimensions } = alarms.get('no-fresh-logs')!;
    expect([Namespace, MetricName, Dimensions[0].Name]).toEqual(['AWS/Events', 'TriggeredRules', 'RuleName']);
    expect(plain(Dimensions[0].Value)).toBe('<Arrivals>');
  });

  test('on freshness are raised by silence, after the hours of the setting', () => {
    expect(alarms.get('no-fresh-logs')).toMatchObject({
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 6,
      Period: 3_600,
    });
  });

  test('on cost weigh the time of each function with its memory', () => {
    const { Metrics: metrics, Threshold } = alarms.get('cost')!;
    const [{ Expression }] = metrics;
    expect(Threshold).toBe(1);
    expect(metrics).toHaveLength(STEPS.length + 1);
    // 1,769 MB for a million seconds: 1.73 GB at 0.0000133334.
    const [, perMillisecond] = /FILL\(ingest, 0\) \* ([\d.]+)/.exec(Expression)!;
    expect(Number(perMillisecond) * 1e9).toBeCloseTo((1_769 / 1_024) * 13.3334, 1);
  });

  test('by e-mail reach whoever the setting names, and nobody without it', () => {
    const [, subscription] = everyResource(all, 'AWS::SNS::Subscription')[0]!;
    expect(subscription.Properties).toMatchObject({ Protocol: 'email', Endpoint: 'owner@example.org' });
    expect(everyResource(templates(), 'AWS::SNS::Subscription')).toEqual([]);
  });
});

describe('the page of graphs', () => {
  test('has the name of the system and widgets for every part', () => {
    const [, { Properties }] = everyResource(all, 'AWS::CloudWatch::Dashboard')[0]!;
    expect(Properties.DashboardName).toBe('our-site');
    const body = JSON.stringify(Properties.DashboardBody);
    for (const title of [
      'Log objects announced',
      'Age of the oldest message',
      'Dead letters',
      'Errors',
      'Calls',
    ])
      expect(body).toContain(title);
  });
});
