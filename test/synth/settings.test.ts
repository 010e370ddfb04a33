import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { APP_SETTINGS, BadSetting, readAppSettings } from '../../lib/settings.ts';

const NAMES = Object.keys(APP_SETTINGS.shape) as (keyof typeof APP_SETTINGS.shape)[];

/** What nobody can mean, by setting. */
const WRONG: Record<string, unknown[]> = {
  BACKBONE_NAME: ['', 'Backbone', '1st', 'a_b', 'x'.repeat(21), 7],
  BACKBONE_ACCOUNT: ['1234', '12345678901x', 123],
  BACKBONE_REGION: ['Ireland', 'eu-west', ''],
  BACKBONE_DISTRIBUTIONS: ['e1abcdefghijkl', 'E1ABCDEFGHIJKL;E2', ['x'], 12, { a: 1 }],
  BACKBONE_LOG_FORMAT: ['parquet', 'W3C', true],
  BACKBONE_VISITORS: ['on', 'yes', false],
  BACKBONE_SOURCE_BUCKETS: [
    'older-logs',
    '{"bucket":"older-logs"}',
    '[{"bucket":"Older"}]',
    '[{"prefix":"x"}]',
    '[{"bucket":"older-logs","folder":"x"}]',
    '[{"bucket":"older-logs","prefix":"*"}]',
    [{ bucket: 'older-logs', kind: 'application' }],
  ],
  BACKBONE_EXISTING_DATA_BUCKET: ['', 'Data', 's3://data', 'a/b'],
  BACKBONE_DATA_PREFIX: ['/sites', 'sites/', 'a//b'],
  BACKBONE_ROOT: ['data', 'cache/'],
  BACKBONE_RAW_RETENTION_DAYS: [0, 1, '1', 1.5, '', 'ninety', 3_651, null],
  BACKBONE_ARCHIVE_RETENTION_DAYS: [0, -1, 'x', 3_651],
  BACKBONE_LOG_RETENTION_DAYS: [0, 31, 'x'],
  BACKBONE_EXCLUDE_ADDRESSES: ['', 'localhost', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0'],
  BACKBONE_LOG_LEVEL: ['verbose', 'INFO'],
  BACKBONE_INGEST_CONCURRENCY: [1, 1_001, '2.5'],
  BACKBONE_API_RATE: [0, 10_001, 'many'],
  BACKBONE_DASHBOARD_DOMAIN: ['https://x.example.org', 'localhost'],
  BACKBONE_DASHBOARD_CERTIFICATE: ['arn:aws:acm:eu-west-1:123456789012:certificate/1', 'x'],
  BACKBONE_ALARM_EMAIL: ['nobody', 'a@b'],
  BACKBONE_FRESHNESS_HOURS: [0, 169],
  BACKBONE_DAILY_COST_LIMIT: [0, -1, 'cheap'],
  BACKBONE_COSTS: ['hourly', true],
  BACKBONE_COST_EXPORT: ['billing', 's3://', 's3://Billing/x', 's3://billing/*'],
  BACKBONE_SCAN_LIMIT_GB: [0, 'all'],
  BACKBONE_SQL_FIRST_DAY: ['yesterday', '2024-1-1'],
};

describe('settings of the application', () => {
  test('need none of them to be given', () => {
    expect(readAppSettings({})).toMatchObject({
      BACKBONE_NAME: 'backbone',
      BACKBONE_VISITORS: 'hashed',
      BACKBONE_RAW_RETENTION_DAYS: 90,
      BACKBONE_ARCHIVE_RETENTION_DAYS: 14,
      BACKBONE_DISTRIBUTIONS: [],
    });
  });

  test('say what they mean, each of them', () => {
    for (const name of NAMES)
      expect([name, APP_SETTINGS.shape[name].description]).toEqual([name, expect.any(String)]);
    expect(Object.keys(WRONG)).toEqual(NAMES);
  });

  test('are taken as text from the command line and with their types from cdk.json', () => {
    const typed = {
      BACKBONE_REGION: 'eu-west-1',
      BACKBONE_DISTRIBUTIONS: ['E1ABCDEFGHIJKL', 'E2ABCDEFGHIJKL'],
      BACKBONE_RAW_RETENTION_DAYS: 30,
      BACKBONE_DAILY_COST_LIMIT: 0.5,
      BACKBONE_SOURCE_BUCKETS: [{ bucket: 'older-logs', prefix: 'cdn/', kind: 'realtime' }],
    };
    const text = {
      BACKBONE_REGION: 'eu-west-1',
      BACKBONE_DISTRIBUTIONS: 'E1ABCDEFGHIJKL, E2ABCDEFGHIJKL',
      BACKBONE_RAW_RETENTION_DAYS: '30',
      BACKBONE_DAILY_COST_LIMIT: '0.5',
      BACKBONE_SOURCE_BUCKETS: '[{"bucket":"older-logs","prefix":"cdn/","kind":"realtime"}]',
    };
    expect(readAppSettings(text)).toEqual(readAppSettings(typed));
    expect(readAppSettings(typed)).toMatchObject(typed);
  });

  test('are read beside what else is in the context', () => {
    expect(readAppSettings({ '@aws-cdk/core:x': true, 'aws:y': 1 })).toEqual(readAppSettings({}));
  });

  test('that are wrong are refused with their names and the accepted form, whatever the others are', () => {
    const wrong = fc
      .constantFrom(...NAMES)
      .chain((name) => fc.constantFrom(...WRONG[name]!).map((value) => [name, value] as const));
    const noise = fc.oneof(wrong, fc.constant(['BACKBONE_ROOT', 'cache'] as const));
    const given = fc.tuple(wrong, fc.array(noise, { maxLength: 3 }));
    fc.assert(
      fc.property(given, ([fault, others]) => {
        const message = refusal(Object.fromEntries([...others, fault]));
        expect(message).toContain(`${fault[0]}: accepted is `);
        expect(message).not.toMatch(/undefined|Invalid|expected/);
      }),
      { numRuns: 300 },
    );
  });

  test('that do not exist are refused', () => {
    expect(refusal({ BACKBONE_RETENTION: 1 })).toContain('BACKBONE_RETENTION: there is no such setting');
  });

  test.each([
    [{ BACKBONE_DISTRIBUTIONS: 'E1ABCDEFGHIJKL' }, 'BACKBONE_REGION'],
    [{ BACKBONE_DATA_PREFIX: 'sites' }, 'BACKBONE_DATA_PREFIX'],
    [{ BACKBONE_DASHBOARD_DOMAIN: 'traffic.example.org' }, 'BACKBONE_DASHBOARD_CERTIFICATE'],
    [
      { BACKBONE_DASHBOARD_CERTIFICATE: 'arn:aws:acm:us-east-1:123456789012:certificate/1-2' },
      'BACKBONE_DASHBOARD_DOMAIN',
    ],
  ])('that miss another are refused with the other: %j', (given, missing) => {
    expect(refusal(given)).toMatch(new RegExp(`^${missing}: accepted is `));
  });
});

function refusal(given: Record<string, unknown>): string {
  try {
    readAppSettings(given);
  } catch (error) {
    expect(error).toBeInstanceOf(BadSetting);
    return (error as Error).message;
  }
  throw new Error(`taken: ${JSON.stringify(given)}`);
}
