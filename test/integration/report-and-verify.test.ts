import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { entryKey, rawBatchKey, rollupKey, windowObjectKey } from '@sgraph-backbone/layer/ledger';
import type { Rollup } from '@sgraph-backbone/layer/rollups';
import { type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';
import { backbone, beginBackbone, type Ended, type RunningCommand, signInLink } from './command.ts';
import { temporaryFolder } from './folder.ts';
import { openImporting } from './importing.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';
import { workFolder } from './work-folder.ts';

describe('a report', () => {
  const folder = workFolder();
  const store = `disk:${join(folder, 'store')}`;
  let server: RunningCommand;
  let link: { url: string; key: string };
  beforeAll(async () => {
    await backbone(['import', 'logs', '--store', store, '--complete'], { cwd: folder });
    server = beginBackbone(['start', '--store', store, '--port', '0'], { cwd: folder });
    link = await signInLink(server);
  });

  const ask = async (path: string) => {
    const answer = await fetch(`${link.url}${path}`, { headers: { authorization: `Bearer ${link.key}` } });
    expect(answer.status).toBe(200);
    return answer.json() as Promise<Answer>;
  };

  test.each([
    '30min 2026-02-16-1430',
    'hourly 2026-02-16-14',
    'daily 2026-02-16',
    'weekly 2026-W08',
    'monthly 2026-02',
    'yearly 2026',
  ])('of %s as JSON is the answer of the API', async (window) => {
    const [period = '', key = ''] = window.split(' ');
    const { code, stdout } = await backbone([
      'report',
      period,
      key,
      '--class',
      'all',
      '--store',
      store,
      '--json',
    ]);
    expect(code).toBe(0);
    const answer = await ask(`/api/sa/traffic/summary?period=${period}&key=${key}&class=all`);
    expect(withoutTimes(JSON.parse(stdout))).toEqual(withoutTimes(answer));
  });

  test('as text has the numbers of the API, its finality, who was left out and the lists', async () => {
    const { stdout } = await backbone(['report', 'daily', '2026-02-16', '--store', store]);
    const { data, finality, filtered } = await ask(
      '/api/sa/traffic/summary?period=daily&key=2026-02-16&class=human',
    );
    const shown = (label: string) => new RegExp(`^ {2}${label} +(.+)$`, 'm').exec(stdout)?.[1];
    const inWords = (value: unknown) =>
      typeof value === 'number' ? value.toLocaleString('en') : 'not measured';
    expect(data.total_requests).toBeGreaterThan(5);
    for (const [label, name] of LABELS) expect([label, shown(label)]).toEqual([label, inWords(data[name])]);
    expect(finality.status).toBe('final');
    expect(stdout).toMatch(new RegExp(`^final; from ${finality.source_count} sources, computed `, 'm'));
    for (const [name, count] of Object.entries(filtered).filter(([, count]) => count > 0))
      expect(stdout).toMatch(new RegExp(`^Not shown: .*\\b${count} ${name}\\b`, 'm'));
    const { data: top } = await ask(
      '/api/sa/traffic/top/path?period=daily&key=2026-02-16&class=human&limit=10',
    );
    for (const { value, requests } of top.entries ?? []) expect(stdout).toContain(`${requests}  ${value}\n`);
  });

  test.each([
    [[], 'daily 2026-02-17'],
    [['weekly'], 'weekly 2026-W08'],
    [['monthly'], 'monthly 2026-02'],
    [['yearly', '--class', 'all'], 'yearly 2026'],
  ])('without a time key (%p) is of the latest one with requests', async (words, title) => {
    const { code, stdout } = await backbone(['report', ...words, '--store', store]);
    expect(code).toBe(0);
    expect(stdout.startsWith(`${title} (UTC), `)).toBe(true);
    expect(stdout).toMatch(/^ {2}Requests +[1-9]\d*$/m);
  });

  test('of a time without requests says of which times there are some', async () => {
    const { stdout } = await backbone(['report', 'daily', '2026-03-01', '--store', store]);
    expect(stdout).toMatch(/^ {2}Requests +not measured$/m);
    expect(stdout).toMatch(/^There are requests from 2026-02-15 to 2026-02-17\.$/m);
  });

  test('and the server ends in order when it is told to', async () => {
    server.child.kill('SIGINT');
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('a report of a day whose log was replaced by one of another day', () => {
  test('says why it is empty', async () => {
    const folder = temporaryFolder();
    const words = ['--store', `disk:${join(folder, 'store')}`];
    for (const [at, more] of [
      [0, []],
      [1, ['--replace']],
    ] as const) {
      const start = Date.parse('2026-02-16T00:00:00Z') + at * 86_400_000;
      writeFileSync(join(folder, 'a.gz'), logFile(linesBetween(10, start, start + 3_600_000, at)));
      await backbone(['import', join(folder, 'a.gz'), ...more, ...words]);
    }
    const { stdout } = await backbone(['report', 'daily', '2026-02-16', ...words]);
    expect(stdout).toMatch(/^ {2}Requests +0$/m);
    expect(stdout).toMatch(
      /^What was counted here has been replaced or forgotten\.\nThere are requests in 2026-02-17 alone\.$/m,
    );
  });
});

describe('verify', () => {
  const WINDOW = '2026-02-16/14-30';
  const FEED = 'standard.local';

  /** A store with one window, which is damaged and verified. */
  async function verified(damage?: (data: ObjectStore, objectId: string) => Promise<void>): Promise<Ended> {
    const folder = temporaryFolder();
    const url = `disk:${join(folder, 'store')}`;
    const start = Date.parse('2026-02-16T14:30:00Z');
    writeFileSync(join(folder, 'a.gz'), logFile(linesBetween(30, start, start + 1_800_000, 1)));
    const importing = await openImporting(await openStore(url));
    const { object_id = '' } = await importing.add(join(folder, 'a.gz'));
    await importing.session.carryThrough();
    await damage?.(importing.store.data, object_id);
    await importing.session.close();
    return backbone(['verify', '--store', url]);
  }

  async function change<T>(data: ObjectStore, key: string, changed: (value: T) => T): Promise<void> {
    await writeJson(data, key, changed((await readJson<T>(data, key))?.value as T), { gzip: true });
  }

  test('ends with 0 where everything is as it follows', async () => {
    const { code, stdout } = await verified();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+ same, 0 different, 0 unverifiable\n$/);
  });

  test('ends with 1 and names a roll-up whose numbers were changed', async () => {
    const { code, stdout } = await verified((data) =>
      change<Rollup>(data, rollupKey(FEED, 'daily', '2026-02-16'), (rollup) => {
        const all = { ...rollup.measures.all, total_requests: 31 };
        return { ...rollup, measures: { ...rollup.measures, all } };
      }),
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^different +roll-up standard\.local daily 2026-02-16: its content is not/m);
  });

  test('ends with 1 and names a roll-up that is from before its children changed', async () => {
    const { code, stdout } = await verified(async (data) => {
      const hour = (await readJson<Rollup>(data, rollupKey(FEED, 'hourly', '2026-02-16-14')))
        ?.value as Rollup;
      await writeJson(data, rollupKey(FEED, 'hourly', '2026-02-16-15'), {
        ...hour,
        time_key: '2026-02-16-15',
      });
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^different +roll-up standard\.local daily 2026-02-16: \w+ is stored, \w+ follows from its children/m,
    );
  });

  test('ends with 1 and names a window whose sums were changed', async () => {
    const { code, stdout } = await verified((data) =>
      change<{ summary: { excluded_requests: number } }>(data, windowObjectKey(FEED, WINDOW), (window) => ({
        ...window,
        summary: { ...window.summary, excluded_requests: 7 },
      })),
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^different +window standard\.local 2026-02-16\/14-30: its content is not/m);
  });

  test.each([
    ['cut', (bytes: Uint8Array) => bytes.subarray(0, -1)],
    ['empty', () => new Uint8Array()],
    ['with a damaged footer', (bytes: Uint8Array) => bytes.fill(0, bytes.length - 300, bytes.length - 250)],
    ['with damaged rows', (bytes: Uint8Array) => bytes.fill(0xff, 10, 200)],
  ])('ends with 1 and names a batch that is %s', async (_, damage) => {
    let key = '';
    const { code, stdout } = await verified(async (data, objectId) => {
      key = rawBatchKey(FEED, WINDOW, objectId, 1);
      const found = await data.get(key);
      await data.put(key, damage(found?.bytes.slice() as Uint8Array));
    });
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining(`different    batch ${key}`),
    });
  });

  test.each([
    ['records', 29],
    ['records', 31],
    ['quarantined', 1],
  ])('ends with 1 and names an object of which the ledger says %s: %d', async (member, value) => {
    let id = '';
    const { code, stdout } = await verified(async (data, objectId) => {
      id = objectId;
      const entry = (await readJson<object>(data, entryKey(objectId)))?.value;
      await writeJson(data, entryKey(objectId), { ...entry, [member]: value });
    });
    expect(code).toBe(1);
    const expected = member === 'records' ? value : 30 - value;
    expect(stdout).toMatch(
      new RegExp(
        `^different +object ${id} \\(file:.+a\\.gz\\): the ledger has ${expected} requests of it, its batches 30$`,
        'm',
      ),
    );
  });

  test('ends with 0 and says unverifiable, never the same, where raw data has expired', async () => {
    const { code, stdout } = await verified((data, objectId) =>
      data.delete(rawBatchKey(FEED, WINDOW, objectId, 1)),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^unverifiable window standard\.local 2026-02-16\/14-30: raw data of 1 objects has expired$/m,
    );
    expect(stdout).toMatch(/, 0 different, 1 unverifiable\n$/);
  });
});

/** A window that is not over is merged when somebody asks. */
function withoutTimes({ data, finality, ...answer }: Answer) {
  return { ...answer, data: { ...data, computed_at: 0 }, finality: { ...finality, computed_at: 0 } };
}

interface Answer {
  readonly data: Readonly<Record<string, unknown>> & {
    readonly total_requests: number;
    readonly entries?: readonly { readonly value: string; readonly requests: number }[];
  };
  readonly finality: { readonly status: string; readonly source_count: number };
  readonly filtered: Readonly<Record<string, number>>;
}

const LABELS = [
  ['Requests', 'total_requests'],
  ['Visitors', 'unique_visitors'],
  ['Page views', 'page_views'],
  ['API calls', 'api_calls'],
  ['Uploads', 'file_uploads'],
  ['Downloads', 'file_downloads'],
  ['Errors', 'error_count'],
  ['Bytes sent', 'total_bytes'],
] as const;
