import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { createLog } from '@sgraph-backbone/layer/runtime';
import { startServer } from '../../local/server.ts';
import { seededRandom } from '../stores/index.ts';
import { backbone, beginBackbone, type Ended, importLine } from './command.ts';
import { hashesOf, openImporting, problemsOf } from './importing.ts';
import { workFolder } from './work-folder.ts';

const folder = workFolder();
const SQLITE = 'sqlite:stores/one.sqlite';
const COMPLETE = ['--complete-from', '2026-02-15', '--complete-through', '2026-02-18'];
const run = (...words: string[]): Promise<Ended> => backbone(words, { cwd: folder });
const urlIn = (url: string) => url.replace(':', `:${folder}/`);

async function succeeds(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...words);
  expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' });
  return stdout;
}

/** Content hashes of all roll-ups, after everything has been checked. */
async function hashes(url: string): Promise<Record<string, string>> {
  const importing = await openImporting(await openStore(urlIn(url)));
  expect(await problemsOf(importing)).toEqual([]);
  const found = await hashesOf(importing.store);
  await importing.session.close();
  return found;
}

beforeAll(async () => {
  await succeeds('import', 'logs', '--store', SQLITE, ...COMPLETE);
});

describe('Every command on a SQLite file', () => {
  test('answers as on a disk', async () => {
    await succeeds('import', 'logs', '--store', 'disk:disk', ...COMPLETE);
    const report = async (store: string) =>
      JSON.parse(await succeeds('report', 'daily', '2026-02-16', '--json', '--store', store));
    const [here, there] = [await report(SQLITE), await report('disk:disk')];
    expect(here.data.total_requests).toBe(there.data.total_requests);
    expect(here.data.status).toBe('final');
    expect(await succeeds('verify', '--store', SQLITE)).toMatch(/^\d+ same, 0 different, 0 unverifiable\n$/);
    expect(Object.keys(await hashes(SQLITE))).toEqual(Object.keys(await hashes('disk:disk')));
  });

  test('knows what it has read, with threads that each have it open', async () => {
    const again = importLine(await run('import', 'logs', '--workers', '2', '--json', '--store', SQLITE));
    expect(again).toMatchObject({ objects: 3, already_known: 3, ingested: 0 });
    const store = 'sqlite:threads.sqlite';
    const fresh = importLine(await run('import', 'logs', '--workers', '2', '--json', '--store', store));
    expect(fresh).toMatchObject({ objects: 3, ingested: 3, refused: 0 });
    expect(await succeeds('verify', '--store', store)).toMatch(/ 0 different, 0 unverifiable\n$/);
  });

  test('sums again, forgets, settles and changes settings', async () => {
    const store = 'sqlite:changed.sqlite';
    await succeeds('import', 'logs', '--store', store);
    await succeeds('settings', 'set', 'hosts', '["a.example.org"]', '--store', store);
    expect(JSON.parse(await succeeds('reprocess', '--json', '--store', store))).toMatchObject({ summed: 3 });
    await succeeds('forget', '--location', '*16.gz', '--yes', '--store', store);
    await succeeds(
      'settle',
      '--feed',
      'standard.local',
      '--complete-from',
      '2026-02-15',
      '--complete-through',
      '2026-02-16',
      '--store',
      store,
    );
    expect(await succeeds('migrate', '--store', store)).toMatch(/nothing to do/);
    expect(await succeeds('verify', '--store', store)).toMatch(/ 0 different, 0 unverifiable\n$/);
  });

  test('serves the page and the API, and takes in what arrives', async () => {
    const [store, port, version] = [urlIn('sqlite:served.sqlite'), 0, '1.0.0'];
    const logged: string[] = [];
    const log = createLog({ level: 'warn', write: (line) => void logged.push(line), now: Date.now });
    const server = await startServer({
      store,
      port,
      version,
      log,
      folder: join(folder, 'served'),
      adminKey: 'k',
    });
    const requests = async () => {
      const path = '/api/sa/traffic/summary?period=daily&key=2026-02-16&class=all';
      const answer = await fetch(server.url + path, { headers: { 'x-api-key': 'k' } });
      return ((await answer.json()) as { data: { total_requests: number } }).data.total_requests;
    };
    copyFileSync(
      join(folder, 'logs', '2026-02-16.gz'),
      join(server.arrivals, 'E2EX.2026-02-16-08.abcdef01.gz'),
    );
    for (const until = Date.now() + 30_000; (await requests()) !== 40 && Date.now() < until; )
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await requests()).toBe(40);
    await server.close();
    expect(logged).toEqual([]);
  });

  test('goes on after an import that was killed', async () => {
    const random = seededRandom(Number(process.env.SEED ?? 3));
    const store = 'sqlite:killed.sqlite';
    for (let round = 0; round < 3; round++) {
      const { child, ended } = beginBackbone(['import', 'logs', '--store', store], { cwd: folder });
      setTimeout(() => child.kill('SIGKILL'), 300 + random() * 1200);
      await ended;
    }
    expect(importLine(await run('import', 'logs', '--json', '--store', store))).toMatchObject({ refused: 0 });
    expect(await succeeds('verify', '--store', store)).toMatch(/ 0 different, 0 unverifiable\n$/);
  });

  test('makes none where a command only asks', async () => {
    const { code, stderr } = await run('report', '--store', 'sqlite:nowhere.sqlite');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^sqlite:nowhere.sqlite \(.*nowhere\.sqlite\): there is no store; import makes one/,
    );
    expect(existsSync(join(folder, 'nowhere.sqlite'))).toBe(false);
  });
});

describe('An archive of a store', () => {
  test('is restored anywhere with the same numbers, which verify', async () => {
    const told = await succeeds('export', '--store', SQLITE, '--to', 'zip:backup.zip');
    expect(told).toMatch(
      /^\d[\d,]* objects, [\d,]+ bytes, are in .*backup\.zip\nThe store's secrets are left out\./,
    );
    const expected = await hashes(SQLITE);
    for (const target of ['disk:restored', 'sqlite:restored.sqlite']) {
      await succeeds('restore', '--from', 'zip:backup.zip', '--store', target);
      expect(await succeeds('verify', '--store', target)).toMatch(/ 0 different, 0 unverifiable\n$/);
      expect(await hashes(target)).toEqual(expected);
    }
  });

  test('has the secrets only on demand', async () => {
    await succeeds('export', '--store', SQLITE, '--to', 'zip:whole.zip', '--with-secrets');
    const secretsIn = async (url: string) => {
      const { observability, close } = await openStore(urlIn(url));
      const keys: string[] = [];
      for await (const row of observability.list('secrets/')) if ('key' in row) keys.push(row.key);
      await close();
      return keys;
    };
    await succeeds('export', '--store', SQLITE, '--to', 'zip:without.zip');
    expect(await secretsIn('zip:without.zip')).toEqual([]);
    expect(await secretsIn('zip:whole.zip')).toContain('secrets/identity.json');
    await succeeds('restore', '--from', 'zip:whole.zip', '--store', 'disk:knows');
    const again = importLine(await run('import', 'logs', '--json', '--store', 'disk:knows'));
    expect(again).toMatchObject({ objects: 3, already_known: 3 });
  });

  test('goes on where a restore was broken off, and never mixes two stores', async () => {
    await succeeds('export', '--store', SQLITE, '--to', 'zip:twice.zip');
    const target = await openStore(urlIn('disk:partly'));
    const archive = await openStore(urlIn('zip:twice.zip'));
    let left = 10;
    for await (const row of archive.data.list('')) {
      if (left-- === 0) break;
      if ('key' in row) await target.data.put(row.key, (await archive.data.get(row.key))!.bytes);
    }
    await archive.close();
    await target.close();
    const restored = JSON.parse(
      await succeeds('restore', '--from', 'zip:twice.zip', '--store', 'disk:partly', '--json'),
    );
    expect(restored).toMatchObject({ already: 10 });
    expect(await succeeds('verify', '--store', 'disk:partly')).toMatch(/ 0 different/);
    const other = await openStore(urlIn('disk:other'));
    await other.data.put('mine/k.json', Buffer.from('{}'));
    await other.close();
    const refused = await run('restore', '--from', 'zip:twice.zip', '--store', 'disk:other');
    expect([refused.code, refused.stderr]).toEqual([
      2,
      'restore: disk:other is not empty: it holds mine/k.json, which is not in what is copied\n',
    ]);
  });

  test('is a store that commands take, one at a time, and never one to serve from', async () => {
    await succeeds('import', 'logs', '--store', 'zip:store.zip', '--workers', '2');
    expect(await succeeds('verify', '--store', 'zip:store.zip')).toMatch(/ 0 different, 0 unverifiable\n$/);
    const { stderr, code } = await run('start', '--store', 'zip:store.zip');
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^start: a zip: store is written when it is closed/),
    ]);
    const held = await openStore(urlIn('zip:store.zip'));
    const refused = await run('verify', '--store', 'zip:store.zip');
    await held.close();
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/store\.zip is open in another process: [^\n]+\n$/),
    ]);
  });

  test('is refused where it would replace something, is none, or is not there', async () => {
    writeFileSync(join(folder, 'text.zip'), 'a text');
    const cases: [string[], RegExp][] = [
      [
        ['export', '--store', SQLITE, '--to', 'zip:text.zip'],
        /^export: .*text\.zip exists already; name another file\n$/,
      ],
      [['export', '--store', SQLITE], /^export: --to is needed; accepted: zip:<file>\n$/],
      [['export', '--store', SQLITE, '--to', 'disk:x'], /^export: --to is "disk:x"; accepted: zip:<file>\n$/],
      [['export', '--store', 'sqlite:none', '--to', 'zip:n.zip'], /there is no store/],
      [['restore', '--from', 'zip:text.zip', '--store', 'disk:r'], /text\.zip is no archive of a store/],
      [['restore', '--from', 'zip:none.zip', '--store', 'disk:r'], /^restore: .*none\.zip is not there\n$/],
    ];
    for (const [words, message] of cases) {
      const { code, stderr } = await run(...words);
      expect([words, code, stderr]).toEqual([words, 2, expect.stringMatching(message)]);
    }
    expect(readdirSync(folder).filter((name) => /incomplete|\.lock|^n\.zip|^r$/.test(name))).toEqual([]);
  });
});
