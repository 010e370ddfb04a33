import { gzipSync } from 'node:zlib';
import { encodeLogValue, STANDARD_FIELDS, STANDARD_HEADER, standardLine } from '../../local/demo/log-line.ts';

/** Addresses and e-mail addresses as they stand in logs. */
export const SPELLINGS: readonly string[] = [
  '203.0.113.77',
  '203.0.113.77:443',
  '::ffff:203.0.113.77',
  '2001:db8:85a3::8a2e:370:7334',
  '2001:0db8:85a3:0000:0000:8a2e:0370:7334',
  '2001:DB8:85A3::8A2E:370:7334',
  '[2001:db8:85a3::8a2e]:8080',
  'fe80::85a3:1%eth0',
  '203%2E0%2E113%2E77',
  '203%252E0%252E113%252E77',
  '2001%3Adb8%3A85a3%3A%3A8a2e%3A370%3A7334',
  '\uff12\uff10\uff13\uff0e\uff10\uff0e\uff11\uff11\uff13\uff0e\uff17\uff17',
  'jane.doe+list@mail.example.org',
  'jane.doe%40mail.example.org',
  'mailto:jane.doe@example.co.uk',
  '10.0.0.1, 203.0.113.77, unknown',
];

/** What betrays one of the spellings, besides what looks like an address at all. */
export const TRACES: readonly string[] = ['203.0.113', 'db8:85a3', '85a3:', 'jane.doe', 'S3CRET'];

/** Columns that other formats and the console add to the 33. */
const MORE_FIELDS = [
  'c-country',
  'asn',
  'origin-fbl',
  'origin-lbl',
  'cache-behavior-path-pattern',
  'distribution-tenant-id',
  'connection-id',
  'viewer-request-log-data',
  'viewer-response-log-data',
  'primary-distribution-id',
];

/** Lines in each of which one column holds an address, or all that must be dropped holds a secret. */
export function plantedLines(): string[] {
  const lines = [lineOf(SECRETS)];
  for (const field of STANDARD_FIELDS)
    for (const spelling of SPELLINGS)
      for (const text of new Set([spelling, encodeLogValue(spelling), ...around(field, spelling)]))
        lines.push(lineOf({ [field]: text }));
  return lines;
}

/** The same as a standard log, with a line that is broken off. */
export function plantedText(): string {
  const lines = plantedLines();
  const header = STANDARD_HEADER.replace('1.0', '1.0 203.0.113.77 S3CRETversion');
  return `${header}#Software: jane.doe@example.org\n${lines.join('\n')}\n${lines[0]?.slice(0, 150)}`;
}

/** The same as JSON records of version 2, with all columns that there are, some of them nested. */
export function plantedJson(): string {
  const records = plantedLines().map((line) => recordOf(line));
  for (const field of ['DistributionId', 'timestamp(ms)', ...MORE_FIELDS])
    for (const spelling of SPELLINGS) records.push({ ...recordOf(lineOf({})), [field]: spelling });
  const nested = {
    ...recordOf(lineOf({})),
    'cs-headers': [{ Name: 'cookie', Value: 'S3CRETheader 203.0.113.77' }],
  };
  return [...records, nested].map((record) => JSON.stringify(record)).join('\n');
}

/** Files that are refused: what they hold is in no message. */
export function refusedFiles(): Record<string, Uint8Array> {
  const text = plantedText();
  const rtmp = '#Version: 1.0\n#Fields: date time x-edge-location c-ip x-event x-cf-status\n';
  return {
    'rtmp.log': Buffer.from(`${rtmp}2026-02-16\t14:30:00\tLIS50\t203.0.113.77\tS3CRET\tok\n`),
    'foreign.log': Buffer.from(
      '203.0.113.77 - jane.doe [16/Feb/2026:14:30:00] "GET /S3CRET" jane.doe@example.org\n',
    ),
    'truncated.gz': gzipSync(text).subarray(0, 2_000),
    'strange.json': Buffer.from('[{"ip":"203.0.113.77","mail":"jane.doe@example.org","S3CRET":1}]'),
  };
}

/** What must be dropped from a line, whatever it is. */
const SECRETS: Readonly<Record<string, string>> = {
  'c-ip': '203.0.113.77',
  'cs-uri-stem': '/transfers/download/S3CRETlinkAbCdEf0123456789',
  'cs(Referer)': 'https://jane:S3CRETword@news.example.org:8443/S3CRETpath?q=S3CRETquery#S3CRETpart',
  'cs(User-Agent)': encodeLogValue('Mozilla/5.0 (X11; S3CREThandset; rv:128.0) Gecko/20100101 Firefox/128.0'),
  'cs-uri-query': 'S3CRETname=S3CRETvalue&utm_source=news&key=S3CRETkey&utm_campaign=203.0.113.77',
  'cs(Cookie)': 'session=S3CRETcookie',
  'x-forwarded-for': '203.0.113.78,%20S3CRETforwarded',
  'x-edge-request-id': 'S3CRETrequestAbCdEf0123456789==',
  'fle-encrypted-fields': 'S3CRETfield',
};

/** Where an address hides inside a value that has a form of its own. */
function around(field: string, spelling: string): string[] {
  const text = encodeLogValue(spelling);
  if (field === 'cs-uri-stem') return [`/u/${text}/profile`, `/S3CRETlinkAbCdEf0123456789/${text}`];
  if (field === 'cs-uri-query')
    return [`utm_source=${text}`, `utm_term=a%2520${text}&x=${text}`, `token=${text}`];
  if (field === 'cs(Referer)') return [`https://${text}/x`, `https://example.org/?from=${text}`];
  if (field === 'cs(User-Agent)')
    return [`${text}/1.0%20bot`, `curl/8.0%20(${text})`, `Mozilla/5.0%20(${text})`];
  if (field === 'sc-content-type') return [`text/html;%20x=${text}`];
  return [];
}

function lineOf(values: Readonly<Record<string, string>>): string {
  const columns = PLAIN.split('\t');
  return columns.map((value, at) => values[STANDARD_FIELDS[at] as string] ?? value).join('\t');
}

function recordOf(line: string): Record<string, unknown> {
  const values = line.split('\t');
  return Object.fromEntries(STANDARD_FIELDS.map((field, at) => [field, values[at]]));
}

const PLAIN = standardLine({
  finished: Date.parse('2026-02-16T14:30:05Z'),
  edge: 'LIS50-P1',
  bytes: 1_000,
  requestBytes: 100,
  address: '198.51.100.23',
  port: 50_000,
  method: 'GET',
  path: '/index.html',
  query: 'utm_source=news',
  status: '200',
  referrer: 'https://news.example.org/today',
  agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  result: 'Hit',
  responseResult: 'Hit',
  detailedResult: 'Hit',
  requestId: 'SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==',
  domain: 'd111111abcdef8.cloudfront.net',
  host: 'send.example.org',
  protocol: 'https',
  version: 'HTTP/2.0',
  timeTaken: 20,
  firstByte: 10,
  contentType: 'text/html',
  contentLength: 900,
  rangeStart: -1,
  rangeEnd: -1,
}).trimEnd();
