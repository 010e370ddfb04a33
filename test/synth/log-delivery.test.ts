import { describe, expect, test } from '@jest/globals';
import {
  EVERYTHING,
  eachTemplates,
  everyResource,
  list,
  plain,
  resource,
  type Templates,
} from './synthesized.ts';

const [all, json, off] = eachTemplates([
  EVERYTHING,
  { ...EVERYTHING, BACKBONE_LOG_FORMAT: 'json' },
  { ...EVERYTHING, BACKBONE_VISITORS: 'off' },
]) as [Templates, Templates, Templates];
const deliveriesOf = (templates: Templates) =>
  everyResource(templates, 'AWS::Logs::Delivery').map(([, { Properties }]) => Properties);
const deliveries = deliveriesOf(all);

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

  test('is made one after the other: they share a destination', () => {
    const [first, second] = everyResource(all, 'AWS::Logs::Delivery').map(([path, { DependsOn }]) => ({
      id: path.split('/')[1],
      after: list(DependsOn),
    }));
    expect(second!.after).toContain(first!.id);
    expect(first!.after).not.toContain(second!.id);
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
    expect(resource(json, 'LogDeliveryStack', 'Destination').Properties.OutputFormat).toBe('json');
    for (const delivery of deliveriesOf(json)) expect(delivery.FieldDelimiter).toBeUndefined();
  });

  test('never holds cookies, and always what numbers need', () => {
    const fields: string[] = deliveries[0].RecordFields;
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
    expect(deliveries[0].RecordFields).toContain('c-ip');
    expect(deliveriesOf(off)[0].RecordFields).not.toContain('c-ip');
  });
});
