import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openBucket, openStore } from '@sgraph-backbone/layer/drivers';
import type { ObjectStore, Store } from '@sgraph-backbone/layer/store';
import { environmentOf, GATEWAY, NO_SERVER, temporaryBucket } from '../contract/s3-servers.ts';
import { type FaultOf, type FaultProxy, faultProxy, seededRandom } from '../stores/index.ts';
import { backbone, beginBackbone, type Ended, importLine, signInLink } from './command.ts';
import { temporaryFolder } from './folder.ts';
import { openImporting, problemsOf, totalRequests } from './importing.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const random = seededRandom(Number(process.env.SEED ?? 5));
// Three logs that share the two windows of an hour.
const HOUR = Date.parse('2026-02-16T14:00:00Z');
const LOGS = [1, 2, 3].map((seed) => logFile(linesBetween(40, HOUR, HOUR + 3_600_000, seed)));
const COMPLETE = ['--complete-from', '2026-02-16', '--complete-through', '2026-02-17'];
// Without a server the tests are skipped, in one line that says so.
const describeThere = GATEWAY ? describe : describe.skip;
const server = GATEWAY!;

describeThere(GATEWAY ? 'Every command on S3' : NO_SERVER, () => {
  let folder: string;
  let env: Record<string, string>;
  let proxy: FaultProxy;
  const buckets: { bucket: string; remove(): Promise<void> }[] = [];
  /** Requests that went through the proxy: method and path. */
  const asked: string[] = [];

  async function newBucket(): Promise<string> {
    const made = await temporaryBucket(server);
    buckets.push(made);
    return made.bucket;
  }

  /** Notes what is asked, and has it meet these faults. */
  function watch(faultOf: FaultOf = () => undefined): void {
    proxy.meet((request) => {
      asked.push(`${request.method} ${request.path}`);
      return faultOf(request);
    });
  }

  const run = (...words: string[]): Promise<Ended> => backbone(words, { cwd: folder, env });

  beforeAll(async () => {
    folder = temporaryFolder();
    mkdirSync(join(folder, 'logs'));
    for (const [at, log] of LOGS.entries()) writeFileSync(join(folder, 'logs', `${at}.gz`), log);
    proxy = await faultProxy(server.connection.endpoint);
    watch();
    env = { ...environmentOf(server), AWS_ENDPOINT_URL_S3: proxy.url };
  });

  afterAll(async () => {
    await proxy.close();
    for (const { remove } of buckets) await remove();
  });

  /** Work on a store in this process. */
  async function withStore<T>(url: string, use: (store: Store) => Promise<T>): Promise<T> {
    const store = await openStore(url, { s3: server.connection });
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  }

  const problems = (url: string) => withStore(url, async (store) => problemsOf(await openImporting(store)));

  const total = (url: string) => withStore(url, totalRequests);

  test('answers as on a disk', async () => {
    const [data, logs] = [await newBucket(), await newBucket()];
    const s3 = `s3://${data}/a/b?observability=${logs}/c`;
    const disk = `disk:${join(folder, 'store')}`;
    for (const store of [s3, disk]) {
      const first = await run('import', 'logs', '--store', store, '--complete', '--json');
      expect(first).toMatchObject({ code: 0, stderr: '' });
      expect(importLine(first)).toMatchObject({ objects: 3, ingested: 3, records: 120, refused: 0 });
      expect(importLine(await run('import', 'logs', '--store', store, '--json'))).toMatchObject({
        already_known: 3,
      });
    }
    const report = async (store: string, ...words: string[]) => {
      const { code, stdout, stderr } = await run('report', ...words, '--store', store, '--json');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { computed_at: _, content_hash: __, ...data } = JSON.parse(stdout).data;
      return data;
    };
    for (const words of [
      ['daily', '2026-02-16'],
      ['yearly', '2026'],
      ['hourly', '2026-02-16-14'],
    ])
      expect(await report(s3, ...words)).toEqual(await report(disk, ...words));
    expect(await run('verify', '--store', s3)).toMatchObject({ code: 0, stderr: '' });
    expect(await keysOf(data)).toEqual(expect.arrayContaining([expect.stringMatching(/^a\/b\/cache\/sa-/)]));
    expect((await keysOf(data)).every((key) => key.startsWith('a/b/cache/'))).toBe(true);
    expect((await keysOf(logs)).every((key) => key.startsWith('c/secrets/'))).toBe(true);
  });

  test('changes settings, sums again, forgets and settles', async () => {
    const store = `s3://${await newBucket()}`;
    await run('import', 'logs', '--store', store);
    const steps = [
      ['settings', 'set', 'timezone', 'Europe/Lisbon', '--store', store],
      ['reprocess', '--store', store],
      ['migrate', '--store', store],
      ['forget', '--location', '*/0.gz', '--yes', '--store', store],
      ['settle', '--feed', 'standard.local', ...COMPLETE, '--store', store],
      ['verify', '--store', store],
    ];
    for (const words of steps)
      expect({ words, ...(await run(...words)) }).toMatchObject({ code: 0, stderr: '' });
    expect(await total(store)).toBe(80);
    expect(await problems(store)).toEqual([]);
  });

  test('serves the page and the API', async () => {
    const store = `s3://${await newBucket()}`;
    await run('import', 'logs', '--store', store);
    const started = beginBackbone(['start', '--store', store, '--port', '0'], { cwd: folder, env });
    const { url, key } = await signInLink(started);
    const path = '/api/sa/traffic/summary?period=daily&key=2026-02-16&class=all';
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    started.child.kill('SIGTERM');
    expect((await answer.json()).data).toMatchObject({ total_requests: 120 });
    expect(await started.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('an import that is killed is completed by the next', async () => {
    const store = `s3://${await newBucket()}`;
    for (let round = 0; round < 3; round++) {
      const puts = Math.floor(3 + random() * 25);
      await killedAfter(['import', 'logs', '--store', store], puts);
    }
    expect(await run('import', 'logs', '--store', store, '--json')).toMatchObject({ code: 0, stderr: '' });
    expect(await total(store)).toBe(120);
    expect(await problems(store)).toEqual([]);
  });

  describe('that imports logs from a bucket', () => {
    let bucket: string;
    const nasty = ['cf/E2EXAMPLE.2026-02-16-10.ab12cd34.gz', 'cf/two words+and %/ä€.gz', 'cf/deep/er/x.gz'];
    beforeAll(async () => {
      bucket = await newBucket();
      await withBucket(bucket, async (store) => {
        for (const [at, key] of nasty.entries()) await store.put(key, LOGS[at]!);
        await store.put('cf/', new Uint8Array());
        await store.put('other/no-log.txt', Buffer.from('this is no log'));
      });
    });

    test.each(['disk', 's3'])('reads each once, into a store on %s', async (kind) => {
      const store = kind === 'disk' ? `disk:${join(folder, 'from-s3')}` : `s3://${await newBucket()}`;
      const from = (place: string, ...words: string[]) =>
        run(
          'import',
          `s3://${bucket}/${place}`,
          '--store',
          store,
          '--json',
          '--distribution',
          'E2EXAMPLE',
          ...words,
        );
      const first = importLine(await from('cf'));
      expect(first).toMatchObject({
        objects: 3,
        ingested: 3,
        records: 120,
        refused: 0,
        windows: first.windows,
      });
      asked.length = 0;
      const again = importLine(await from('cf/'));
      expect(again).toMatchObject({ objects: 3, already_known: 3, records: 120, bytes: first.bytes });
      expect(asked.filter((line) => line.startsWith(`GET /${bucket}/cf/`))).toEqual([]);
      expect(await total(store)).toBe(120);
      const one = importLine(await from('cf/E2EX*'));
      expect(one).toMatchObject({ objects: 1, already_known: 1 });
    });

    test('goes on where it was killed, with several threads, and counts nothing twice', async () => {
      const store = `s3://${await newBucket()}`;
      const words = ['import', `s3://${bucket}/cf`, '--store', store, '--distribution', 'E2EXAMPLE'];
      await killedAfter([...words, '--workers', '2'], 12);
      await killedAfter(words, 15);
      expect(importLine(await run(...words, '--workers', '3', '--json'))).toMatchObject({
        objects: 3,
        refused: 0,
      });
      expect(await total(store)).toBe(120);
      expect(await problems(store)).toEqual([]);
    });

    test('refuses an object that may not be read by its place, and counts those beside it', async () => {
      const store = `disk:${join(folder, 'forbidden')}`;
      watch(({ method, path }) => (method === 'GET' && path.includes('/deep/') ? 'forbid' : undefined));
      const ended = await run('import', `s3://${bucket}/cf`, '--store', store, '--json');
      watch();
      expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 2, stderr: '' });
      expect(importLine(ended)).toMatchObject({ ingested: 2, refused: 1, records: 80 });
      const [refusal] = importLine(ended).refusals;
      expect(refusal?.file).toBe(`s3://${bucket}/cf/deep/er/x.gz`);
      expect(refusal?.reason).toContain('access denied');
    });

    test('refuses what is no log by its place, and what is not there by the accepted forms', async () => {
      const store = `disk:${join(folder, 'refusals')}`;
      const refused = await run('import', `s3://${bucket}/other/no-log.txt`, '--store', store);
      expect(refused.code).toBe(2);
      expect(refused.stdout).toContain(`refused: s3://${bucket}/other/no-log.txt: `);
      const nothing = await run('import', `s3://${bucket}/nothing`, '--store', store);
      expect(nothing).toMatchObject({ code: 2, stdout: '' });
      expect(nothing.stderr).toMatch(/^s3:\/\/[^\n]*\/nothing: no object there \(accepted: [^\n]*\n$/);
    });
  });

  describe('says in one line what is wrong:', () => {
    const oneLine = async (url: string, other: Record<string, string> = {}) => {
      const ended = await backbone(['report', 'daily', '2026-02-16', '--store', url], {
        cwd: folder,
        env: { ...env, ...other },
      });
      expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
      return { code: ended.code, stderr: ended.stderr.trimEnd() };
    };

    test('no such bucket', async () => {
      expect(await oneLine('s3://backbone-no-such-bucket')).toEqual({
        code: 1,
        stderr: `There is no bucket "backbone-no-such-bucket" at ${proxy.url}`,
      });
    });

    test('a key or a secret that is not accepted', async () => {
      const store = `s3://${await newBucket()}`;
      for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
        expect(await oneLine(store, { [name]: 'wrong' })).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('does not accept the credentials'),
        });
    });

    test('access denied', async () => {
      const store = `s3://${await newBucket()}`;
      watch(() => 'forbid');
      const denied = await oneLine(store);
      watch();
      expect(denied).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^s3:\S+ access denied .*s3:ListBucket/),
      });
    });

    test('no credentials', async () => {
      const { code, stderr } = await oneLine('s3://backbone-any', {
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
        AWS_CONFIG_FILE: join(folder, 'none'),
      });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^No AWS credentials: set AWS_ACC/),
      });
    });

    test('no region', async () => {
      const nowhere = { AWS_ENDPOINT_URL_S3: '', AWS_REGION: '', AWS_CONFIG_FILE: join(folder, 'none') };
      expect(await oneLine('s3://backbone-any', nowhere)).toEqual({
        code: 1,
        stderr: 'No AWS region: set AWS_REGION to the region of the bucket',
      });
    });

    test('an endpoint that nobody answers at', async () => {
      const url = `http://127.0.0.1:${await freePort()}`;
      expect(await oneLine('s3://backbone-any', { AWS_ENDPOINT_URL_S3: url })).toEqual({
        code: 1,
        stderr: `${url} can't be reached: ECONNREFUSED`,
      });
    });

    test('an endpoint that is no URL', async () => {
      const { code, stderr } = await oneLine('s3://backbone-any', { AWS_ENDPOINT_URL_S3: 'localhost' });
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/"localhost".*accepted: http/i),
      });
    });

    test('a URL that is none', async () => {
      expect(await oneLine('s3://UPPER/x')).toEqual({
        code: 2,
        stderr: expect.stringMatching(/^Not a store on S3: "s3:\/\/UPPER\/x": .*Accepted: s3:\/\/<bucket>/),
      });
    });
  });

  /** Kills a command when it has sent this many PUTs. */
  async function killedAfter(words: readonly string[], puts: number): Promise<void> {
    asked.length = 0;
    const { child, ended } = beginBackbone(words, { cwd: folder, env });
    const watch = setInterval(
      () => asked.filter((line) => line.startsWith('PUT')).length >= puts && child.kill('SIGKILL'),
      1,
    );
    await ended;
    clearInterval(watch);
  }

  async function keysOf(bucket: string): Promise<string[]> {
    const keys: string[] = [];
    await withBucket(bucket, async (store) => {
      for await (const row of store.list('')) if (!('prefix' in row)) keys.push(row.key);
    });
    return keys;
  }

  async function withBucket(bucket: string, use: (store: ObjectStore) => Promise<void>): Promise<void> {
    const store = await openBucket(bucket, '', { s3: server.connection });
    await use(store);
    store.close();
  }
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listening = createServer().listen(0, '127.0.0.1', () => {
      const { port } = listening.address() as { port: number };
      listening.close(() => resolve(port));
    });
  });
}
