import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { openStore, S3_FORM, s3Places } from '@sgraph-backbone/layer/drivers';
import { BadStoreInput } from '@sgraph-backbone/layer/store';
import { temporaryFolder } from '../../contract/opened-drivers.ts';
import { bytesOf, textOf } from '../../contract/rows.ts';

describe('Opening a store', () => {
  test('from memory gives a new one each time', async () => {
    const store = await openStore('memory:');
    await store.data.put('k', bytesOf('x'));
    expect(await (await openStore('memory:')).data.get('k')).toBeUndefined();
    expect(await store.observability.get('k')).toBeUndefined();
    await store.close();
  });

  test('from disk gives the same again, its data below the root prefix', async () => {
    const folder = temporaryFolder();
    const url = `disk:${folder.path}/new/store`;
    const first = await openStore(url, { now: () => 1_771_252_200_000 });
    await first.data.put('ns/k.json', bytesOf('data'));
    await first.observability.put('live/k.gz', bytesOf('log'));
    await first.close();
    const second = await openStore(url);
    expect(second.url).toBe(url);
    expect(textOf((await second.data.get('ns/k.json'))?.bytes)).toBe('data');
    expect((await second.data.head('ns/k.json'))?.modified).toBe(1_771_252_200_000);
    expect(readFileSync(`${folder.path}/new/store/data/cache/ns/k.json`, 'utf8')).toBe('data');
    expect(readFileSync(`${folder.path}/new/store/observability/live/k.gz`, 'utf8')).toBe('log');
    await second.close();
    folder.remove();
  });

  test.each([
    '',
    'disk:',
    'memory',
    '/some/folder',
    'sqlite:',
    'zip:',
    's3:bucket',
    's3://',
    's3://Bucket',
    's3://a_b',
    's3://bucket//prefix',
    's3://bucket?root=a/b',
    's3://bucket?root=..',
    's3://bucket?rot=a',
    's3://bucket?observability=',
    's3://bucket?root=a&root=b',
    'ftp://x',
  ])('refuses %j, naming what is accepted', async (url) => {
    await expect(openStore(url)).rejects.toThrow(BadStoreInput);
    await expect(openStore(url)).rejects.toThrow(
      url.startsWith('s3:')
        ? `Accepted: ${S3_FORM}`
        : `Accepted: memory:, disk:<folder>, sqlite:<file>, zip:<file> and ${S3_FORM}`,
    );
  });

  test.each([
    ['s3://data', 'data cache/', 'data observability/'],
    ['s3://data/a/b/', 'data a/b/cache/', 'data a/b/observability/'],
    ['s3://data/a?observability=logs', 'data a/cache/', 'logs '],
    ['s3://data?observability=logs/c d&root=admin', 'data admin/', 'logs c d/'],
    ['s3://my.data-1/é?root=v2', 'my.data-1 é/v2/', 'my.data-1 é/observability/'],
  ])('%s lies where its URL says', (url, data, observability) => {
    const places = s3Places(url);
    const told = ({ bucket, prefix }: { bucket: string; prefix: string }) => `${bucket} ${prefix}`;
    expect([told(places.data), told(places.observability)]).toEqual([data, observability]);
  });
});
