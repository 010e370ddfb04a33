import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { listSource, noteRefused } from '@sgraph-backbone/layer/ledger';
import { aroundObjectStore, recording } from '../../stores/index.ts';

const BYTES = new Uint8Array([1]);
const HOUR = 3_600_000;
const START = Date.UTC(2026, 1, 1);

const stamp = (hour: number) => new Date(START + hour * HOUR).toISOString().slice(0, 13);
/** Names as CloudFront, its Hive-compatible paths, and Firehose make them. */
const FORMS: Record<string, (series: string, hour: number) => string> = {
  flat: (series, hour) => `cdn/${series}.${stamp(hour).replace('T', '-')}.abcdef01.gz`,
  hive: (series, hour) => {
    const [year, month, day, clock] = stamp(hour).split(/[-T]/);
    return `cdn/DistributionId=${series}/year=${year}/month=${month}/day=${day}/hour=${clock}/x.gz`;
  },
  firehose: (series, hour) => `cdn/${series}/${stamp(hour).replace(/[-T]/g, '/')}/${series}-1-x.gz`,
};

describe.each(Object.entries(FORMS))('a bucket of others with %s names', (_form, name) => {
  test('is listed again from 48 hours behind the newest name of each series', async () => {
    const data = memoryObjectStore();
    const { around, calls } = recording();
    const bucket = memoryObjectStore();
    const folder = { bucket: 'logs', prefix: 'cdn/' };
    const list = async () => {
      const found: string[] = [];
      await listSource(data, aroundObjectStore(bucket, around), folder, async (locations) => {
        found.push(...locations);
      });
      return found.map((location) => location.slice('s3:logs/'.length));
    };
    for (const series of ['E1', 'E2'])
      for (let hour = 0; hour < 240; hour += 6) await bucket.put(name(series, hour), BYTES);
    expect(await list()).toHaveLength(80);

    const late = name('E1', 200);
    await bucket.put(late.replace('.gz', '-late.gz'), BYTES);
    await bucket.put(name('E1', 20).replace('.gz', '-much-later.gz'), BYTES);
    await bucket.put(name('E3', 3), BYTES);
    const again = await list();
    // Nothing was ingested meanwhile: what lies in the last 48 hours is found again, and what is new.
    const expected = ['E1', 'E2'].flatMap((series) =>
      Array.from({ length: 40 }, (_, index) => index * 6)
        .filter((hour) => hour >= 234 - 48)
        .map((hour) => name(series, hour)),
    );
    expect(again.sort()).toEqual([...expected, late.replace('.gz', '-late.gz'), name('E3', 3)].sort());
    expect(calls.filter(({ method }) => method === 'list').length).toBeLessThan(8);
  });
});

describe('a bucket of others', () => {
  test('is listed again after a death before its objects were sent', async () => {
    const data = memoryObjectStore();
    const bucket = memoryObjectStore();
    await bucket.put('x/E1.2026-02-01-10.abcdef01.gz', BYTES);
    const folder = { bucket: 'logs', prefix: 'x/' };
    const dead = listSource(data, bucket, folder, () => Promise.reject(new Error('killed')));
    await expect(dead).rejects.toThrow('killed');
    expect(await listSource(data, bucket, folder, async () => {})).toMatchObject({ found: 1 });
  });

  test('holds coverage back by its oldest object that is neither counted, refused nor gone, however old its name is', async () => {
    const data = memoryObjectStore();
    let now = 0;
    const bucket = memoryObjectStore({ now: () => now });
    const folder = { bucket: 'logs', prefix: 'x/' };
    const put = async (hour: number) => {
      now = START + hour * HOUR;
      const key = `x/E1.${stamp(hour).replace('T', '-')}.abcdef01.gz`;
      return { key, ...(await bucket.put(key, BYTES)) };
    };
    const refuse = ({ key, etag }: { key: string; etag: string }) =>
      noteRefused(data, { location: `s3:logs/${key}`, etag, at: now });
    const oldest = async () =>
      ((await listSource(data, bucket, folder, async () => {})).oldestWaiting ?? Number.NaN) - START;
    const [givenUp, later] = [await put(1), await put(2)];
    expect(await oldest()).toBe(HOUR);
    await refuse(later);
    const newest = await put(100);
    expect(await oldest()).toBe(HOUR);
    await bucket.delete(givenUp.key);
    expect(await oldest()).toBe(100 * HOUR);
    await refuse(newest);
    expect(await oldest()).toBeNaN();
  });

  test('may be named by a part of a folder', async () => {
    const bucket = memoryObjectStore();
    for (const key of ['a/E1.gz', 'a/E2.gz', 'a/F1.gz', 'b/E1.gz']) await bucket.put(key, BYTES);
    const found: string[] = [];
    await listSource(memoryObjectStore(), bucket, { bucket: 'logs', prefix: 'a/E' }, async (locations) => {
      found.push(...locations);
    });
    expect(found).toEqual(['s3:logs/a/E1.gz', 's3:logs/a/E2.gz']);
  });
});
