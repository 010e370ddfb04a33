import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { DEMO_SITE, type DemoFile, demoFiles } from '../../../local/demo/index.ts';
import { type Fields, outOfOrder, parsedLines, share, timeOf } from './parsed-lines.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TODAY = Date.UTC(2026, 10, 21);
const NOW = TODAY + 9.5 * HOUR;
const NAME = /^E2DEMO0SGRAPH0\.(\d{4}-\d\d-\d\d)-(\d\d)\.[0-9a-f]{8}\.gz$/;

const files = demoFiles(NOW);
const records = files.flatMap(({ bytes }) => parsedLines(bytes));

function digests(some: readonly DemoFile[]): string[] {
  return some.map(({ name, bytes, arrival }) => {
    return `${name} ${arrival} ${createHash('sha256').update(bytes).digest('hex')}`;
  });
}

function hourOf({ name }: DemoFile): number {
  const [, date, hour] = NAME.exec(name)!;
  return Date.parse(`${date}T${hour}:00Z`);
}

function on(day: number): Fields[] {
  return records.filter((record) => timeOf(record) >= day && timeOf(record) < day + DAY);
}

describe('the files of the demo week', () => {
  test('are the same bytes for the same moment and seed', () => {
    expect(digests(demoFiles(NOW))).toEqual(digests(files));
    expect(digests(demoFiles(NOW, 'other'))).not.toEqual(digests(files));
  });

  test('of a date stay what they are when the week moves on', () => {
    const tomorrow = new Set(digests(demoFiles(NOW + DAY)));
    // What the oldest day left behind after midnight leaves with it.
    const kept = files.filter((file) => hourOf(file) >= TODAY - 5 * DAY);
    for (const digest of digests(kept)) expect(tomorrow.has(digest)).toBe(true);
  });

  test('come in order of arrival, each after its last request and none after now', () => {
    for (const [index, { bytes, arrival }] of files.entries()) {
      expect(arrival).toBeGreaterThanOrEqual(files[index - 1]?.arrival ?? 0);
      expect(arrival).toBeLessThanOrEqual(NOW);
      expect(Math.max(...parsedLines(bytes).map(timeOf))).toBeLessThan(arrival);
    }
  });

  test('bear the name of their hour, and each name once', () => {
    for (const file of files) {
      const start = hourOf(file);
      expect(parsedLines(file.bytes).every((record) => timeOf(record) - start < HOUR)).toBe(true);
    }
    expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
  });

  test('are hours late a few times, every whole day', () => {
    const late = files.filter((file) => file.arrival - hourOf(file) > 2 * HOUR + 40 * 60_000);
    expect(late.length / files.length).toBeLessThan(0.06);
    for (let day = TODAY - 7 * DAY; day < TODAY - DAY; day += DAY) {
      expect(late.some((file) => hourOf(file) >= day && hourOf(file) < day + DAY)).toBe(true);
    }
  });

  test('hold each request once, in v1 or in JSON', () => {
    expect(new Set(records.map((record) => record['x-edge-request-id'])).size).toBe(records.length);
    const json = share(records, (record) => record.DistributionId === DEMO_SITE.distribution);
    expect(json).toBeGreaterThan(0.1);
    expect(json).toBeLessThan(0.4);
  });
});

describe('the traffic of the demo week', () => {
  test('is 20 to 40 thousand requests, on every one of eight dates', () => {
    expect(records.length).toBeGreaterThan(20_000);
    expect(records.length).toBeLessThan(40_000);
    expect(new Set(records.map(({ date }) => date)).size).toBe(8);
  });

  test('has quiet nights and weekends', () => {
    const sunday = on(Date.UTC(2026, 10, 15));
    const monday = on(Date.UTC(2026, 10, 16));
    expect(sunday.length).toBeLessThan(0.7 * monday.length);
    const hours = (from: number, to: number) =>
      share(monday, ({ time }) => Number(time!.slice(0, 2)) >= from && Number(time!.slice(0, 2)) < to);
    expect(hours(1, 5)).toBeLessThan(hours(13, 17) / 2);
  });

  test('fails on Wednesday afternoon and hardly ever else', () => {
    const failed = records.filter((record) => record['sc-status']! >= '500');
    const from = Date.UTC(2026, 10, 18, 14, 20);
    const [during, else_] = [0, 1].map(
      (side) =>
        failed.filter(
          (record) => (timeOf(record) - from >= 0 && timeOf(record) - from < HOUR) === (side === 0),
        ).length,
    );
    expect(during).toBeGreaterThan(60);
    expect(else_).toBeLessThan(30);
  });

  test('has every status that a page has to show', () => {
    const statuses = new Set(records.map((record) => record['sc-status']));
    for (const status of '000 200 206 301 304 401 403 404 410 429 500 502 503'.split(' ')) {
      expect([status, statuses.has(status)]).toEqual([status, true]);
    }
    const left = share(records, (record) => record['sc-status'] === '000');
    expect(left).toBeGreaterThan(0.0005);
    expect(left).toBeLessThan(0.003);
  });

  test('comes by IPv6 for 10 to 40 % and slightly out of order', () => {
    const six = share(records, (record) => record['c-ip']!.includes(':'));
    expect(six).toBeGreaterThan(0.1);
    expect(six).toBeLessThan(0.4);
    const day = TODAY - 3 * DAY;
    const inFiles = files
      .filter((file) => hourOf(file) === day + 14 * HOUR)
      .map(({ bytes }) => parsedLines(bytes));
    const disorder = outOfOrder(inFiles.sort((a, b) => b.length - a.length)[0]!);
    expect(disorder).toBeGreaterThan(0.08);
    expect(disorder).toBeLessThan(0.3);
  });

  test.each([
    ['pages', (record: Fields) => record['cs-uri-stem'] === '/en-gb/'],
    ['the sending page', (record: Fields) => record['cs-uri-stem'] === '/send/'],
    ['shared links', (record: Fields) => /^\/d\/[0-9a-f]{12}$/.test(record['cs-uri-stem']!)],
    ['uploads', (record: Fields) => /^POST \/transfers\/complete\/[0-9a-f]{12}$/.test(asked(record))],
    ['downloads', (record: Fields) => /^GET \/transfers\/download\/[0-9a-f]{12}$/.test(asked(record))],
    ['API calls', (record: Fields) => record['cs-uri-stem']!.startsWith('/api/')],
    ['invitations', (record: Fields) => record['cs-uri-query']!.includes('token=community-x')],
    ['campaigns', (record: Fields) => record['cs-uri-query']!.includes('utm_campaign=')],
    ['ranges from the start', (record: Fields) => record['sc-range-start'] === '0'],
    ['ranges from the middle', (record: Fields) => Number(record['sc-range-start']) > 0],
    ['crawlers', (record: Fields) => record['cs(User-Agent)']!.includes('Googlebot')],
    ['trainers of language models', (record: Fields) => record['cs(User-Agent)']!.includes('GPTBot')],
    ['scanners', (record: Fields) => record['cs-uri-stem'] === '/wp-login.php'],
    ['clients without an agent', (record: Fields) => record['cs(User-Agent)'] === '-'],
    ['uptime checks', (record: Fields) => record['cs(User-Agent)']!.includes('UptimeRobot')],
    ['plain HTTP', (record: Fields) => record['cs-protocol'] === 'http' && record['ssl-protocol'] === '-'],
    ['the icon', (record: Fields) => record['cs-uri-stem'] === '/favicon.ico'],
  ])('has %s', (_what, holds) => {
    expect(records.filter(holds).length).toBeGreaterThan(10);
  });
});

function asked(record: Fields): string {
  return `${record['cs-method']} ${record['cs-uri-stem']}`;
}
