import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
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
    'sqlite:x.db',
    'zip:x.zip',
    's3://bucket/prefix',
    'ftp://x',
  ])('refuses %j, naming what is accepted', async (url) => {
    await expect(openStore(url)).rejects.toThrow(BadStoreInput);
    await expect(openStore(url)).rejects.toThrow('Accepted: memory: and disk:<folder>');
  });
});
