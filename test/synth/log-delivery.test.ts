import { describe, expect, test } from '@jest/globals';
import { EVERYTHING, everyResource, plain, resource, templates } from './synthesized.ts';

const all = templates(EVERYTHING);
const deliveries = everyResource(all, 'AWS::Logs::Delivery').map(([, { Properties }]) => Properties);
const fieldsOf = (settings: Record<string, unknown>) =>
  everyResource(templates({ ...EVERYTHING, ...settings }), 'AWS::Logs::Delivery')[0]![1].Properties
    .RecordFields as string[];

describe('the delivery of logs', () => {
  test('has a source for each distribution, which is not touched itself', () => {
    const sources = everyResource(all, 'AWS::Logs::DeliverySource').map(([, { Properties }]) => [
      Properties.Name,
      Properties.LogType,
      plain(Properties.ResourceArn),
    ]);
    const arn = 'arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/';
    expect(sources).toEqual([
      ['backbone-E1ABCDEFGHIJKL', 'ACCESS_LOGS', `${arn}E1ABCDEFGHIJKL`],
      ['backbone-E2ABCDEFGHIJKL', 'ACCESS_LOGS', `${arn}E2ABCDEFGHIJKL`],
    ]);
    expect(deliveries.map(({ DeliverySourceName }) => DeliverySourceName)).toEqual(
      sources.map(([name]) => name),
    );
    expect(everyResource(all, 'AWS::CloudFront::Distribution')).toHaveLength(1);
  });

  test('writes into live/ of the bucket, below folders with Hive names', () => {
    const { DestinationResourceArn, OutputFormat } = resource(
      all,
      'LogDeliveryStack',
      'Destination',
    ).Properties;
    expect(plain(DestinationResourceArn)).toBe(
      'arn:<AWS::Partition>:s3:::backbone-observability-<AWS::AccountId>-eu-west-1/live',
    );
    expect(OutputFormat).toBe('w3c');
    for (const { S3SuffixPath, S3EnableHiveCompatiblePath, FieldDelimiter } of deliveries) {
      expect([S3SuffixPath, S3EnableHiveCompatiblePath]).toEqual([
        '{DistributionId}/{yyyy}/{MM}/{dd}/{HH}',
        true,
      ]);
      expect(FieldDelimiter).toBe('\t');
    }
  });

  test('can be JSON, which has no delimiter', () => {
    const json = templates({ ...EVERYTHING, BACKBONE_LOG_FORMAT: 'json' });
    expect(resource(json, 'LogDeliveryStack', 'Destination').Properties.OutputFormat).toBe('json');
    for (const [, { Properties }] of everyResource(json, 'AWS::Logs::Delivery'))
      expect(Properties.FieldDelimiter).toBeUndefined();
  });

  test('never holds cookies, and always what numbers need', () => {
    const fields = fieldsOf({});
    expect(fields.filter((field) => /cookie/i.test(field))).toEqual([]);
    expect(fields).not.toContain('x-forwarded-for');
    for (const field of [
      'c-country',
      'asn',
      'timestamp(ms)',
      'x-edge-request-id',
      'x-host-header',
      'time-taken',
    ])
      expect(fields).toContain(field);
    expect(new Set(fields).size).toBe(fields.length);
  });

  test('holds addresses only where visitors are counted', () => {
    expect(fieldsOf({ BACKBONE_VISITORS: 'hashed' })).toContain('c-ip');
    expect(fieldsOf({ BACKBONE_VISITORS: 'off' })).not.toContain('c-ip');
  });
});
