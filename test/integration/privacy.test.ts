import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { plantedJson, plantedText, refusedFiles, TRACES } from './planted.ts';
import { type RecordedRun, runSteps } from './recorded-run.ts';
import { NO_SAMPLES, SAMPLES } from './sample-files.ts';
import { betrayals, type Writing, writingsIn, writingsOf } from './writings.ts';

const now = Date.parse('2026-02-16T15:00:00Z');

// Originals are the log objects themselves, and hold what they hold: those are what is put into live/ here, and what
// moves on from there to archive/ and refused/. Nothing else that is written is left out.

describe('the scan itself', () => {
  test('finds every spelling of an address, in plain bytes and in packed ones', async () => {
    const found = betrayals(await writingsIn('original', plantedText()), TRACES);
    expect(found.length).toBeGreaterThan(500);
    for (const trace of TRACES) expect(found.some((line) => line.includes(`: ${trace} `))).toBe(true);
    const packed = JSON.stringify({ merge: gzipSync('203.0.113.77 and 2001:db8::1').toString('base64') });
    expect(betrayals(await writingsIn('packed', packed))).toHaveLength(2);
  });

  test('takes no time of day, version or name in a program for an address', async () => {
    const text = '{"a":"14:30:05","b":"std::string","c":"1.2.3","d":"react@18.2.0"}';
    expect(betrayals(await writingsIn('times', text))).toEqual([]);
  });
});

describe('a log with secrets in every field', () => {
  let run: RecordedRun;
  let writings: Writing[];
  beforeAll(async () => {
    const objects = {
      'E2PLANTEDLOG01.2026-02-16-14.abcdef01.gz': gzipSync(plantedText()),
      'plain.log': Buffer.from(plantedText().replaceAll('14:30:05', '14:45:05')),
      'records.json': Buffer.from(plantedJson()),
      ...refusedFiles(),
    };
    run = await runSteps(objects, { now });
    writings = await writingsOf(run.calls);
  });

  test.each([
    '.parquet',
    '/quarantine/',
    '-consolidated/',
    '/yearly/',
    'archive/',
    'refused/',
    'secrets/days/',
  ])('goes through every step: something is written to %s', (part) => {
    expect(writings.some(({ place }) => place.includes(part))).toBe(true);
  });

  test.each([
    '[address]',
    '[email]',
    'news.example.org',
    'Firefox',
    'send.example.org',
    '{"utm_source":"news"}',
  ])('still tells what it may tell, and the scan reads it: %s', (kept) => {
    expect(writings.some(({ text }) => text.includes(kept))).toBe(true);
  });

  test('leaves nothing of them in any byte that a step writes', () => {
    expect(betrayals(writings, TRACES)).toEqual([]);
  });

  test('leaves nothing of them in the log of the process', async () => {
    expect(run.logged.length).toBeGreaterThan(10);
    const lines = await Promise.all(run.logged.map((line) => writingsIn('log', line)));
    expect(betrayals(lines.flat(), TRACES)).toEqual([]);
  });

  test('leaves nothing of them in any answer of the API', async () => {
    expect(run.answers.size).toBeGreaterThan(50);
    expect(betrayals(await textsOf(run.answers), TRACES)).toEqual([]);
  });

  test('leaves no address when the site keeps its paths, its request ids and more parameters', async () => {
    const settings = {
      path_rules: [],
      keep_request_ids: true,
      query_parameters: ['utm_source', 'utm_term', 'x', 'from'],
      hosts: ['send.example.org'],
    };
    const objects = { 'plain.log': Buffer.from(plantedText()), 'records.json': Buffer.from(plantedJson()) };
    const { calls, answers } = await runSteps(objects, { now, settings });
    expect(betrayals([...(await writingsOf(calls)), ...(await textsOf(answers))])).toEqual([]);
  });
});

if (SAMPLES.length === 0) test.skip(NO_SAMPLES, () => undefined);
else
  describe('the sample files', () => {
    test('leave no address and no e-mail address in any byte that a step writes, and in no answer', async () => {
      const originals = SAMPLES.map(({ file, path }) => [file, readFileSync(path)] as const);
      const plain = originals.filter(([file, bytes]) => !file.endsWith('.gz') && bytes.length < 50_000);
      const texts = await Promise.all(plain.map(([file, bytes]) => writingsIn(file, bytes.toString())));
      expect(betrayals(texts.flat()).length).toBeGreaterThan(50);
      const { fields } = SAMPLES.find((sample) => sample.fields) ?? {};
      const settings = { realtime: [{ feed: 'realtime.local', fields }] };
      const { calls, answers } = await runSteps(Object.fromEntries(originals), { now, settings });
      const feeds = calls.filter(({ key }) => key.includes('/realtime.local/')).length;
      expect(feeds).toBeGreaterThan(0);
      const writings = await writingsOf(calls);
      expect(new Set(writings.map(({ place }) => place)).size).toBeGreaterThan(100);
      expect(betrayals(writings)).toEqual([]);
      expect(betrayals(await textsOf(answers))).toEqual([]);
    });
  });

async function textsOf(answers: ReadonlyMap<string, string>): Promise<Writing[]> {
  return (await Promise.all([...answers].map(([path, body]) => writingsIn(path, body)))).flat();
}
