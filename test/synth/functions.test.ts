import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { EVERYTHING, everyResource, plain, resource, templates } from './synthesized.ts';

const all = templates(EVERYTHING);
const functions = everyResource(all, 'AWS::Lambda::Function');

/** What every function finds in its environment. */
const COMMON = {
  BACKBONE_STORE:
    's3://backbone-data-<AWS::AccountId>-eu-west-1?observability=backbone-observability-<AWS::AccountId>-eu-west-1',
  BACKBONE_RAW_RETENTION_DAYS: '90',
  BACKBONE_LOG_LEVEL: 'info',
  BACKBONE_EXCLUDE_ADDRESSES: '198.51.100.7',
  BACKBONE_QUEUE_INGEST: '<IngestQueue>',
  BACKBONE_QUEUE_EVENTS: '<EventsQueue>',
  BACKBONE_QUEUE_CONSOLIDATE: '<ConsolidateQueue>',
  BACKBONE_QUEUE_AGGREGATE_HOURS: '<AggregateHoursQueue>',
  BACKBONE_QUEUE_AGGREGATE_DAYS: '<AggregateDaysQueue>',
  BACKBONE_QUEUE_CORRECTIONS: '<CorrectionsQueue>',
};

/** What one step finds beside it. */
const OWN: Record<string, Record<string, string>> = {
  Ingest: {},
  RecordEvents: {},
  Consolidate: {},
  Aggregate: {},
  Archive: {},
  Sweep: {
    BACKBONE_QUEUE_EVENTS_DEAD: '<EventsQueueDeadLetters>',
    BACKBONE_ARCHIVE_RETENTION_DAYS: '14',
    BACKBONE_SOURCE_BUCKETS: '[{"bucket":"older-logs","prefix":"cdn/","kind":"standard"}]',
  },
  Corrections: { BACKBONE_COST_EXPORT: 's3://billing/exports/' },
  CollectCosts: { BACKBONE_COST_EXPORT: 's3://billing/exports/' },
  AdminApi: {
    BACKBONE_ADMIN_KEY_SECRET: '<AdminKey>',
    BACKBONE_ORIGIN: 'https://<DashboardDistribution.DomainName>',
    BACKBONE_VERSION: JSON.parse(readFileSync('package.json', 'utf8')).version,
  },
};

const stackOf = (step: string) => (step === 'AdminApi' ? 'AdminApiStack' : 'PipelineStack');

describe.each(Object.entries(OWN))('the function of %s', (step, own) => {
  const { Properties: code } = resource(all, stackOf(step), `${step}Function`);

  test('has exactly this environment', () => {
    const variables = Object.entries(code.Environment.Variables as Record<string, unknown>);
    expect(Object.fromEntries(variables.map(([name, value]) => [name, plain(value)]))).toEqual({
      ...COMMON,
      ...own,
    });
  });

  test('has a role and a log of its own', () => {
    expect(plain(code.Role)).toBe(`<${step}Role.Arn>`);
    expect(plain(code.LoggingConfig.LogGroup)).toBe(`<${step}Log>`);
    expect(code.Layers).toHaveLength(1);
  });
});

describe('every function', () => {
  test('is a step in lambdas/, or writes the page', () => {
    const steps = readdirSync('lambdas').filter((name) =>
      readdirSync(`lambdas/${name}`).includes('index.ts'),
    );
    const named = steps.map((name) =>
      name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    );
    expect(named.sort()).toEqual(Object.keys(OWN).sort());
    expect(functions).toHaveLength(steps.length + 1);
  });

  test.each(functions)('%s runs on Node 24, on arm64, with traces and a log in JSON', (_, { Properties }) => {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
    });
    expect(Properties.Timeout).toBeLessThanOrEqual(900);
    expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
  });

  test('keeps its log for as long as the settings say', () => {
    const kept = everyResource(all, 'AWS::Logs::LogGroup').map(
      ([, { Properties }]) => Properties.RetentionInDays,
    );
    // One for each function, and that of who asked the API.
    expect(kept).toEqual(Array.from({ length: functions.length + 1 }, () => 30));
    const shorter = templates({ BACKBONE_LOG_RETENTION_DAYS: 7, BACKBONE_ROOT: 'admin' });
    expect(JSON.stringify(shorter)).toContain('"RetentionInDays":7');
    expect(JSON.stringify(shorter)).toContain('&root=admin');
  });
});
