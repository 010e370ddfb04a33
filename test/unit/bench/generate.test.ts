import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GeneratedLogs, generateLogs, logTexts } from '../../../bench/generate.ts';
import { STANDARD_HEADER } from '../../../local/demo/log-line.ts';
import { outOfOrder, parsedLines, share } from '../demo/parsed-lines.ts';

const PARAMETERS = { lines: 20_000, files: 4, seed: 'test' };
let work: string;
let logs: GeneratedLogs;

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'bench-logs-'));
  logs = await generateLogs(PARAMETERS, work);
});
afterAll(() => rm(work, { recursive: true }));

async function readFiles(): Promise<Buffer[]> {
  const names = (await readdir(logs.folder)).sort();
  return Promise.all(names.map((name) => readFile(path.join(logs.folder, name))));
}

describe('generated benchmark logs', () => {
  test('are the same bytes from the same seed, and other bytes from another', async () => {
    const again = [...logTexts(PARAMETERS)].map(({ text }) => text);
    const written = (await readFiles()).map((bytes) => gunzipSync(bytes).toString('latin1'));
    expect(written.sort()).toEqual(again.sort());
    expect([...logTexts({ ...PARAMETERS, seed: 'other' })][0]!.text).not.toBe(again[0]);
  });

  test('are the same lines in the files and in the single one', async () => {
    const texts = [...logTexts(PARAMETERS)].map(({ text }) => text.slice(STANDARD_HEADER.length));
    const single = gunzipSync(await readFile(logs.single)).toString('latin1');
    expect(single).toBe(STANDARD_HEADER + texts.join(''));
  });

  test('are written once and then found', async () => {
    const written = (await stat(logs.single)).mtimeMs;
    expect(await generateLogs(PARAMETERS, work)).toEqual(logs);
    expect((await stat(logs.single)).mtimeMs).toBe(written);
    expect(await readdir(work)).toHaveLength(1);
  });

  test('have the stated sizes', async () => {
    const files = await readFiles();
    expect(files).toHaveLength(PARAMETERS.files);
    expect(logs.packedBytes).toBe(files.reduce((sum, file) => sum + file.length, 0));
    expect(logs.singlePackedBytes).toBe((await stat(logs.single)).size);
    const perLine = logs.bytes / PARAMETERS.lines;
    expect(perLine).toBeGreaterThan(450);
    expect(perLine).toBeLessThan(550);
  });
});

describe('the profile of generated benchmark logs', () => {
  const records = () => readFiles().then((files) => files.flatMap(parsedLines));

  test('is that of a busy day: every line there, statuses and addresses in their shares', async () => {
    const all = await records();
    expect(all).toHaveLength(PARAMETERS.lines);
    const status = (value: string) => share(all, (record) => record['sc-status'] === value);
    expect(status('200')).toBeGreaterThan(0.8);
    expect(status('304')).toBeGreaterThan(0.03);
    expect(status('000')).toBeGreaterThan(0.0008);
    expect(status('000')).toBeLessThan(0.0025);
    const six = share(all, (record) => record['c-ip']!.includes(':'));
    expect(six).toBeGreaterThan(0.1);
    expect(six).toBeLessThan(0.4);
  });

  test('has a few hundred agents, thousands of paths, and no request id twice', async () => {
    const all = await records();
    const distinct = (field: string) => new Set(all.map((record) => record[field])).size;
    expect(distinct('cs(User-Agent)')).toBeGreaterThan(200);
    expect(distinct('cs(User-Agent)')).toBeLessThan(600);
    expect(distinct('cs-uri-stem')).toBeGreaterThan(2000);
    expect(distinct('x-edge-request-id')).toBe(all.length);
    expect(all.every((record) => /^[\w-]{56}$/.test(record['x-edge-request-id']!))).toBe(true);
  });

  test('has about 18 % of neighbours out of order', async () => {
    const files = (await readFiles()).map(parsedLines);
    const disorder = files.reduce((sum, file) => sum + outOfOrder(file) / files.length, 0);
    expect(disorder).toBeGreaterThan(0.14);
    expect(disorder).toBeLessThan(0.22);
  });

  test('is busier by day than by night', async () => {
    const all = await records();
    const hours = (from: number, to: number) =>
      share(all, ({ time }) => Number(time!.slice(0, 2)) >= from && Number(time!.slice(0, 2)) < to);
    expect(hours(13, 17)).toBeGreaterThan(3 * hours(1, 5));
  });
});
