import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  encodeLogValue,
  jsonLine,
  type LoggedRequest,
  STANDARD_FIELDS,
  standardLine,
} from '../../../local/demo/log-line.ts';

const REQUEST: LoggedRequest = {
  finished: Date.UTC(2026, 10, 18, 23, 59, 59, 907),
  edge: 'LIS50-C1',
  bytes: 1420,
  requestBytes: 310,
  address: '2a01:8:1234:5678:9abc:def0:1234:5678',
  port: 50_123,
  method: 'GET',
  path: '/d/0123456789ab',
  query: 'token=community-x&name=Ana%27s',
  status: '206',
  referrer: '',
  agent: 'Mozilla/5.0 (compatible; Bot/1.0; +http://a.example/)',
  result: 'Hit',
  responseResult: 'Hit',
  detailedResult: 'Hit',
  requestId: 'x'.repeat(56),
  domain: 'd2.cloudfront.net',
  host: 'send.example.org',
  protocol: 'https',
  version: 'HTTP/3.0',
  timeTaken: 1042,
  firstByte: 7,
  contentType: 'text/html; charset=utf-8',
  contentLength: 1000,
  rangeStart: 0,
  rangeEnd: 999,
};

function column(line: string, field: string): string {
  return line.trimEnd().split('\t')[STANDARD_FIELDS.indexOf(field)]!;
}

describe('a generated line of standard logging', () => {
  const line = standardLine(REQUEST);

  test('has the 33 columns since December 2019', () => {
    expect(STANDARD_FIELDS).toHaveLength(33);
    expect(line.trimEnd().split('\t')).toHaveLength(33);
    expect(line.endsWith('\n')).toBe(true);
  });

  test.each([
    ['date', '2026-11-18'],
    ['time', '23:59:59'],
    ['x-edge-location', 'LIS50-C1'],
    ['cs(Host)', 'd2.cloudfront.net'],
    ['x-host-header', 'send.example.org'],
    ['cs(Referer)', '-'],
    ['cs-uri-query', 'token=community-x&name=Ana%2527s'],
    ['cs(User-Agent)', 'Mozilla/5.0%20(compatible;%20Bot/1.0;%20+http://a.example/)'],
    ['time-taken', '1.042'],
    ['time-to-first-byte', '0.007'],
    ['sc-content-type', 'text/html;%20charset=utf-8'],
    ['sc-range-start', '0'],
    ['sc-range-end', '999'],
    ['ssl-protocol', 'TLSv1.3'],
  ])('writes %s as %s', (field, value) => {
    expect(column(line, field)).toBe(value);
  });

  test('has no cipher without encryption and no range without a range', () => {
    const plain = standardLine({
      ...REQUEST,
      protocol: 'http',
      rangeStart: -1,
      rangeEnd: -1,
      contentLength: -1,
    });
    for (const field of ['ssl-protocol', 'ssl-cipher', 'sc-range-start', 'sc-range-end', 'sc-content-len']) {
      expect(column(plain, field)).toBe('-');
    }
  });
});

describe('a generated line of v2 JSON', () => {
  test('holds the same values as strings, with distribution, milliseconds and country', () => {
    const record = JSON.parse(jsonLine(REQUEST, 'E2DEMO0SGRAPH0', 'PT'));
    expect(Object.values(record).every((value) => typeof value === 'string')).toBe(true);
    expect(record).toMatchObject({
      DistributionId: 'E2DEMO0SGRAPH0',
      'timestamp(ms)': String(REQUEST.finished),
      'c-country': 'PT',
      'cs(User-Agent)': column(standardLine(REQUEST), 'cs(User-Agent)'),
    });
  });
});

describe('the log layer', () => {
  test('is undone by one decoding, whatever the client sent', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(fc.property(text, (sent) => decodeURIComponent(encodeLogValue(sent)) === sent));
  });

  test('leaves nothing that could end a column or a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (sent) => /^[\x21-\x7e]+$/.test(encodeLogValue(sent))),
    );
  });

  test('never touches a plus sign', () => {
    expect(encodeLogValue('a+b c')).toBe('a+b%20c');
  });
});
