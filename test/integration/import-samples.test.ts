import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { listBatches, readEntry } from '@sgraph-backbone/layer/ledger';
import { DEFAULT_SETTINGS } from '@sgraph-backbone/layer/settings';
import type { IngestAnswer } from '../../lambdas/ingest/ingest.ts';
import { backbone, importLine } from './command.ts';
import { temporaryFolder } from './folder.ts';
import { type Importing, openImporting, problemsOf, totalRequests } from './importing.ts';
import { readParquet } from './parquet-file.ts';
import { expectedOf, NO_SAMPLES, SAMPLES, type Sample, sampleNamed } from './sample-files.ts';

/** What a store says of itself once something was read into it. */
const OF_ANY_STORE = ['format', 'identity'].map((name) => expect.stringMatching(`/store/${name}\\.json$`));

if (SAMPLES.length === 0) test.skip(NO_SAMPLES, () => undefined);
else {
  describe('importing a sample file', () => {
    test.each(SAMPLES)('$file: $outcome', async ({ file, path, outcome, records, fields }) => {
      const importing = await openImporting();
      const answer = await importing.add(path, { fields });
      await importing.session.carryThrough();
      if (outcome.startsWith('refused')) {
        expect(answer).toMatchObject({ outcome: 'refused', records_parsed: 0, windows: [] });
        expect(answer.errors).toEqual([
          expect.stringMatching(/RTMP streaming|is a record of a CloudFront log/),
        ]);
        expect(await keysOf(importing)).toEqual(OF_ANY_STORE);
        return;
      }
      if (outcome === 'quarantined') {
        const errors = [
          expect.stringMatching(
            /^None of its 2 lines could be read: 1 columns instead of 7 \(first in line 2\)$/,
          ),
        ];
        expect(answer).toMatchObject({
          outcome: 'refused',
          records_parsed: records,
          quarantined: records,
          windows: [],
          errors,
        });
        expect(await keysOf(importing)).toEqual(OF_ANY_STORE);
        return;
      }
      expect(answer).toMatchObject({
        outcome: 'ingested',
        records_parsed: records,
        quarantined: 0,
        errors: [],
      });
      expect(answer.warnings.some((warning) => warning.includes('#Version'))).toBe(
        outcome.includes('warning'),
      );
      const kind = file.startsWith('rt-') ? 'realtime' : 'standard';
      for (const { feed } of answer.windows) expect(feed).toMatch(new RegExp(`^${kind}\\.`));
      expect(answer.records_stored).toBe(records);
      expect(await totalRequests(importing.store)).toBe(records);
      expect(await problemsOf(importing)).toEqual([]);
    });

    test('twice, and as a copy under another name, counts it once', async () => {
      const importing = await openImporting();
      const sample = sampleNamed('v1-33f-opensearch-catalog-raw.log');
      const copy = join(temporaryFolder(), 'copy.bin');
      copyFileSync(sample.path, copy);
      expect((await importing.add(sample.path)).outcome).toBe('ingested');
      expect((await importing.add(sample.path)).outcome).toBe('already_known');
      const { outcome, object_id = '' } = await importing.add(copy);
      await importing.session.carryThrough();
      expect(outcome).toBe('already_known');
      expect(await totalRequests(importing.store)).toBe(sample.records);
      const entry = (await readEntry(importing.store.data, object_id))?.value;
      expect(entry?.locations).toEqual([`file:${sample.path}`, `file:${copy}`]);
    });
  });

  describe('the rows that are kept', () => {
    // The published values of the other samples are compared where the log is read.
    test.each(['v1-33f-coralogix-cloudfront.gz', 'v1-26f-binxio-cf-logs.txt'])(
      'hold what was published about %s, for any reader of Parquet',
      async (name) => {
        const importing = await openImporting();
        const settings = { ...DEFAULT_SETTINGS, path_rules: [], keep_request_ids: true };
        const answer = await importing.add(sampleNamed(name).path, { settings });
        const rows = await rowsOf(importing, answer);
        const published = [expectedOf<Published | Published[]>(sampleNamed(name))].flat();
        expect(rows.map(keptOf)).toEqual(published.map(keptOfPublished));
      },
    );
  });

  describe('the command line', () => {
    const folder = temporaryFolder();
    const logs = join(folder, 'logs');
    const store = `disk:${join(folder, 'store')}`;
    mkdirSync(logs);
    for (const { file, path } of SAMPLES) copyFileSync(path, join(logs, file));
    // Files that need --fields are imported on their own: the other ones have other fields.
    const isTaken = ({ outcome, fields }: Sample) => !/^(refused|quarantined)/.test(outcome) && !fields;
    const taken = SAMPLES.filter(isTaken);
    const refused = SAMPLES.filter((sample) => !isTaken(sample)).map(({ file }) => join(logs, file));
    const alone = SAMPLES.filter(({ fields }) => fields);
    const records = taken.reduce((sum, sample) => sum + sample.records, 0);

    test('imports the whole folder, says in one line what it did, and ends with 2 for what it refused', async () => {
      const ended = await backbone(['import', logs, '--store', store, '--json']);
      expect(ended.stderr).toBe('');
      expect(ended.code).toBe(2);
      expect(ended.stdout).toMatch(/^[^\n]+\n$/);
      const line = importLine(ended);
      expect(Object.keys(line)).toEqual(MEMBERS);
      expect(line).toMatchObject({
        objects: SAMPLES.length,
        ingested: taken.length,
        refused: refused.length,
      });
      expect(line).toMatchObject({
        already_known: 0,
        replaced: 0,
        empty: 0,
        records: records + 2,
        quarantined: 2,
        excluded: 0,
      });
      expect(line.refusals.map(({ file }) => file).sort()).toEqual(refused.sort());
      for (const { reason } of line.refusals)
        expect(reason).toMatch(/Accepted are CloudFront standard logs|^None of its 2 lines could be read/);
      const opened = await openStore(store);
      expect(await totalRequests(opened)).toBe(records);
      await opened.close();
    });

    test('imports real-time lines with their fields, into their own feed', async () => {
      for (const { path, fields = [], records: own } of alone) {
        const given = ['--feed', 'realtime', '--fields', fields.join(','), '--store', store, '--json'];
        const ended = await backbone(['import', path, ...given]);
        expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
        expect(importLine(ended)).toMatchObject({ ingested: 1, records: own, quarantined: 0, refusals: [] });
      }
      const opened = await openStore(store);
      const more = alone.reduce((sum, sample) => sum + sample.records, 0);
      expect(await totalRequests(opened)).toBe(records + more);
      await opened.close();
    });

    test('says what --fields and --feed accept', async () => {
      const slip = await backbone(['import', logs, '--fields', 'timestamp,c_ip', '--store', store]);
      expect(slip).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean c-ip?') });
      const feed = await backbone(['import', logs, '--feed', 'live', '--store', store]);
      expect(feed).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('accepted: standard, realtime'),
      });
    });

    test('finds everything known when it is run again', async () => {
      const line = importLine(await backbone(['import', logs, '--store', store, '--json']));
      expect(line).toMatchObject({ objects: SAMPLES.length, ingested: 0, already_known: taken.length });
      const opened = await openStore(store);
      const more = alone.reduce((sum, sample) => sum + sample.records, 0);
      expect(await totalRequests(opened)).toBe(records + more);
      await opened.close();
    });
  });
}

const MEMBERS = (
  'objects ingested already_known replaced empty refused records quarantined excluded ' +
  'visitors_unmeasured windows bytes seconds refusals'
).split(' ');

type Published = Readonly<Record<string, string | number>>;

async function keysOf({ store }: Importing): Promise<string[]> {
  const keys: string[] = [];
  for await (const row of store.data.list('')) if (!('prefix' in row)) keys.push(row.key);
  return keys;
}

/** The rows of an object in the order of its lines, as far as times tell. */
async function rowsOf({ store }: Importing, { windows }: IngestAnswer) {
  const rows: Readonly<Record<string, unknown>>[] = [];
  for (const window of windows)
    for (const { key } of await listBatches(store.data, window)) {
      const found = await store.data.get(key);
      if (found) rows.push(...rowsIn((await readParquet(found.bytes)).columns));
    }
  return rows;
}

function rowsIn(columns: Readonly<Record<string, readonly unknown[]>>): Readonly<Record<string, unknown>>[] {
  const entries = Object.entries(columns);
  const length = columns.timestamp?.length ?? 0;
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(entries.map(([name, values]) => [name, values[row]])),
  );
}

const WORDS =
  'cs-method cs-uri-stem cs-protocol cs-protocol-version ssl-protocol ssl-cipher x-edge-location x-edge-result-type x-edge-response-result-type x-edge-request-id sc-status'.split(
    ' ',
  );
const NUMBERS = 'sc-bytes cs-bytes sc-content-len sc-range-start sc-range-end'.split(' ');

function keptOf(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const time = new Date(Number(row.timestamp)).toISOString();
  const kept: Record<string, unknown> = { date: time.slice(0, 10), time: time.slice(11, 19) };
  for (const name of WORDS) kept[name] = row[name.replaceAll('-', '_')] ?? undefined;
  for (const name of NUMBERS) {
    const value = row[name.replaceAll('-', '_')] ?? undefined;
    kept[name] = value === undefined ? undefined : Number(value);
  }
  kept['x-host-header'] = row.cs_host ?? undefined;
  kept['time-taken'] = row.time_taken;
  return kept;
}

function keptOfPublished(values: Published): Record<string, unknown> {
  const value = (name: string) => {
    const published = values[name] ?? '-';
    return published === '-' ? undefined : String(published);
  };
  const kept: Record<string, unknown> = { date: values.date, time: values.time };
  for (const name of WORDS) kept[name] = value(name);
  for (const name of NUMBERS) kept[name] = value(name) === undefined ? undefined : Number(value(name));
  kept['x-host-header'] = value('x-host-header');
  kept['time-taken'] = Math.round(Number(values['time-taken']) * 1000);
  return kept;
}
