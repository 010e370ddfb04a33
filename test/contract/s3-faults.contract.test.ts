import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type OpenBucket, openBucket } from '@sgraph-backbone/layer/drivers';
import { Conflict, compareAndSet, readJson, readPieces, StoreFailed } from '@sgraph-backbone/layer/store';
import { type FaultProxy, faultProxy, seededRandom } from '../stores/index.ts';
import { bytesOf, rowsOf, textOf } from './rows.ts';
import { NO_SERVER, SERVERS, type TestServer, temporaryBucket } from './s3-servers.ts';

const SEED = Number(process.env.SEED ?? 20261121);

/** Throttling, lost answers and broken ones, all that a network does. */
const STORM = { 'slow-down': 0.3, drop: 0.08, cut: 0.04, delay: 0.1 };

const there = SERVERS.length > 0;
if (!there) console.warn(`tests on S3 are skipped: ${NO_SERVER}`);
const servers = there ? SERVERS : [{ name: NO_SERVER } as TestServer];

describe.each(servers)('Behind a network with faults, $name', (server) => {
  const testThere = there ? test : test.skip;
  let proxy: FaultProxy;
  let store: OpenBucket;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    if (!there) return;
    const made = await temporaryBucket(server);
    remove = made.remove;
    proxy = await faultProxy(made.connection.endpoint);
    store = await openBucket(made.bucket, '', { s3: { ...made.connection, endpoint: proxy.url } });
  });

  afterAll(async () => {
    if (!there) return;
    store.close();
    await proxy.close();
    await remove();
  });

  const calm = () => proxy.meet(() => undefined);

  testThere('no increment of several writers is lost or doubled', async () => {
    proxy.meet({ seed: SEED, rates: STORM });
    const raise = () => compareAndSet<number>(store, 'counter', (count) => (count ?? 0) + 1);
    const writer = async () => {
      for (let round = 0; round < 6; round++) await raise();
    };
    await Promise.all([writer(), writer(), writer(), writer()]);
    calm();
    expect((await readJson(store, 'counter'))?.value).toBe(24);
    expect(proxy.met.drop).toBeGreaterThan(0);
    expect(proxy.met['slow-down']).toBeGreaterThan(0);
  });

  testThere(
    'of several writers "if absent" one is told that it wrote, and it is the one that did',
    async () => {
      proxy.meet({ seed: SEED + 1, rates: STORM });
      for (const key of ['once/1', 'once/2', 'once/3']) {
        const puts = [0, 1, 2, 3].map((n) => store.put(key, bytesOf(`${n}`), { ifNoneMatch: '*' }));
        const results = await Promise.allSettled(puts);
        const winners = results.flatMap(({ status }, n) => (status === 'fulfilled' ? [`${n}`] : []));
        for (const result of results)
          if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Conflict);
        expect(winners).toEqual([textOf((await store.get(key))?.bytes)]);
      }
      calm();
    },
  );

  testThere('a write whose answer was lost is known again, and its ETag is the one to write by', async () => {
    const { etag } = await store.put('lost', bytesOf('1'));
    proxy.meet(dropOnce('PUT'));
    const second = await store.put('lost', bytesOf('2'), { ifMatch: etag });
    proxy.meet(dropOnce('PUT'));
    const first = await store.put('lost-new', bytesOf('1'), { ifNoneMatch: '*' });
    await store.put('lost', bytesOf('3'), { ifMatch: second.etag });
    await store.put('lost-new', bytesOf('2'), { ifMatch: first.etag });
    expect(textOf((await store.get('lost'))?.bytes)).toBe('3');
  });

  testThere('a write that others have replaced since is known by those that led to theirs', async () => {
    const { etag } = await store.put('overtaken', bytesOf('1'));
    let overtaking: Promise<void> | undefined;
    proxy.meet(({ method }) => {
      if (method !== 'PUT' || overtaking !== undefined) return undefined;
      overtaking = overtake(store);
      return 'drop';
    });
    const mine = await store.put('overtaken', bytesOf('2'), { ifMatch: etag });
    await overtaking;
    expect(textOf((await store.get('overtaken'))?.bytes)).toBe('3');
    await expect(store.put('overtaken', bytesOf('4'), { ifMatch: mine.etag })).rejects.toThrow(Conflict);
  });

  testThere('a delete and a move whose answers were lost have taken place', async () => {
    const deleted = await store.put('delete', bytesOf('1'));
    proxy.meet(dropOnce('DELETE'));
    await store.delete('delete', { ifMatch: deleted.etag });
    const source = await store.put('from', bytesOf('content'), { metadata: { a: 'ä' } });
    proxy.meet(dropEach('DELETE', 'PUT', 'HEAD'));
    await store.move('from', 'to', { ifMatch: source.etag });
    calm();
    expect(await store.head('delete')).toBeUndefined();
    expect(await store.head('from')).toBeUndefined();
    expect(await store.get('to')).toMatchObject({ bytes: source && new Uint8Array(bytesOf('content')) });
    expect((await store.head('to'))?.metadata).toEqual({ a: 'ä' });
  });

  testThere('a content is moved by one of several, and is there once', async () => {
    const { etag } = await store.put('many/from', bytesOf('content'));
    proxy.meet({ seed: SEED + 2, rates: { 'slow-down': 0.3, delay: 0.2 } });
    const moves = [0, 1, 2, 3].map((n) => store.move('many/from', `many/to-${n}`, { ifMatch: etag }));
    const results = await Promise.allSettled(moves);
    calm();
    const winners = results.flatMap(({ status }, n) => (status === 'fulfilled' ? [`many/to-${n}`] : []));
    expect(winners).toHaveLength(1);
    expect(await rowsOf(store, 'many/')).toEqual(winners);
  });

  testThere('several movers to one place leave the content there', async () => {
    for (let round = 0; round < 4; round++) {
      const { etag } = await store.put('same/from', bytesOf(`content ${round}`));
      proxy.meet({ seed: SEED + 3 + round, rates: { 'slow-down': 0.2, delay: 0.4 } });
      const moves = [0, 1, 2].map(() => store.move('same/from', `same/to-${round}`, { ifMatch: etag }));
      const results = await Promise.allSettled(moves);
      calm();
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(textOf((await store.get(`same/to-${round}`))?.bytes)).toBe(`content ${round}`);
      expect(await store.head('same/from')).toBeUndefined();
    }
  });

  testThere('contents and listings are read whole, however often they break off', async () => {
    const random = seededRandom(SEED);
    const content = Uint8Array.from({ length: 300_000 }, () => random() * 256);
    await store.put('read/whole', content);
    for (let n = 0; n < 5; n++) await store.put(`read/k${n}`, bytesOf('x'));
    proxy.meet({ seed: SEED + 8, rates: { cut: 0.2, drop: 0.1, 'slow-down': 0.05 } });
    expect(Buffer.compare((await store.get('read/whole'))!.bytes, content)).toBe(0);
    const pieces = await readPieces(store, 'read/whole', { pieceBytes: 40_000 });
    const read: Uint8Array[] = [];
    for await (const chunk of pieces!.chunks) read.push(chunk);
    expect(Buffer.compare(Buffer.concat(read), content)).toBe(0);
    expect(await rowsOf(store, 'read/')).toHaveLength(6);
    calm();
  });

  testThere('a large content is sent in parts, on its condition, and known again', async () => {
    const content = new Uint8Array(17 * 1024 * 1024).fill(7);
    proxy.meet({ seed: SEED + 9, rates: { 'slow-down': 0.2, drop: 0.1 } });
    const first = await store.put('large.bin', content, { ifNoneMatch: '*', metadata: { a: 'b' } });
    proxy.meet(({ method, path }) =>
      method === 'POST' && path.includes('uploadId') ? dropped() : undefined,
    );
    let drops = 0;
    function dropped(): 'drop' | undefined {
      return ++drops === 1 ? 'drop' : undefined;
    }
    content[0] = 8;
    const second = await store.put('large.bin', content, { ifMatch: first.etag });
    calm();
    if (!server.heedlessUploads)
      await expect(store.put('large.bin', content, { ifMatch: first.etag })).rejects.toThrow(Conflict);
    await expect(store.put('large.bin', content, { ifNoneMatch: '*' })).rejects.toThrow(Conflict);
    await store.move('large.bin', 'moved.bin', { ifMatch: second.etag, metadata: { c: 'd' } });
    const moved = await store.get('moved.bin');
    expect(moved).toMatchObject({ size: content.length, metadata: { c: 'd' } });
    expect(Buffer.compare(moved!.bytes, content)).toBe(0);
    expect(await store.head('large.bin')).toBeUndefined();
  });

  testThere('a server that answers nothing but 503 is given up after a while, in one line', async () => {
    proxy.meet(() => 'slow-down');
    const failed = await store.get('any').catch((error: unknown) => error);
    calm();
    expect(failed).toBeInstanceOf(StoreFailed);
    expect(failed).toMatchObject({ code: 'SlowDown', message: expect.stringMatching(/^s3:.*any: .*rate/) });
  });
});

/** Loses the answer to the first request of a method. */
function dropOnce(method: string) {
  return dropEach(method);
}

/** Loses the answer to the first request of each method. */
function dropEach(...methods: string[]) {
  const left = new Set(methods);
  return ({ method }: { readonly method: string }) => (left.delete(method) ? ('drop' as const) : undefined);
}

/** Waits for the write whose answer is being lost, and replaces it. */
async function overtake(store: OpenBucket): Promise<void> {
  for (;;) {
    const found = await store.get('overtaken');
    if (textOf(found?.bytes) === '2') {
      await store.put('overtaken', bytesOf('3'), { ifMatch: found!.etag });
      return;
    }
  }
}
