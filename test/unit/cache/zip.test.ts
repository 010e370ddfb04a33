import { describe, expect, test } from '@jest/globals';
import {
  BadContent,
  BadZip,
  hashOfZip,
  readZip,
  type ZipOperation,
  zipEntries,
  zipOf,
} from '@sgraph-backbone/layer/cache';
import fc from 'fast-check';
import { bytesOf } from '../../contract/rows.ts';
import { aCache, aString } from './a-cache.ts';

/** Made by Python's zipfile: a.txt (stored), dir/b.txt (deflated), é.txt (UTF-8 name), a comment. */
const FOREIGN = Buffer.from(
  'UEsDBBQAAAAAAIBsdV0L+UNWBgAAAAYAAAAFAAAAYS50eHRzdG9yZWRQSwMEFAAAAAgAAAAhAHJimMQQAAAAwgEAAAkAAABkaXIvYi50eHRLSU3LSSxJTVFIGWUMTQYAUEsDBBQAAAgAAIBsdV0GfiNeBAAAAAQAAAAGAAAAw6kudHh0bmFtZVBLAQIUAxQAAAAAAIBsdV0L+UNWBgAAAAYAAAAFAAAAAAAAAAAAAACAAQAAAABhLnR4dFBLAQIUAxQAAAAIAAAAIQByYpjEEAAAAMIBAAAJAAAAAAAAAAAAAACAASkAAABkaXIvYi50eHRQSwECFAMUAAAIAACAbHVdBn4jXgQAAAAEAAAABgAAAAAAAAAAAAAAgAFgAAAAw6kudHh0UEsFBgAAAAADAAMAngAAAIgAAAAJAGEgY29tbWVudA==',
  'base64',
);

const files = (...names: string[]) => new Map(names.map((name) => [name, bytesOf(`content of ${name}`)]));
const textsOf = (members: ReadonlyMap<string, Uint8Array>) =>
  Object.fromEntries([...members].map(([name, content]) => [name, Buffer.from(content).toString()]));

/** A zip in which a part of the bytes is another one. */
function patched(zip: Uint8Array, from: Uint8Array | string, to: Uint8Array | string): Uint8Array {
  const text = Buffer.from(zip).toString('latin1');
  const latin = (part: Uint8Array | string) => Buffer.from(part).toString('latin1');
  return Buffer.from(text.replaceAll(latin(from), latin(to)), 'latin1');
}

describe('A zip', () => {
  test('is read as it was written', () => {
    const name = fc.stringMatching(/^[a-zé日]([a-z/. ]?[a-z]){0,20}$/);
    const members = fc.array(fc.tuple(name, fc.uint8Array({ maxLength: 2000 })), { maxLength: 10 });
    fc.assert(
      fc.property(members, (rows) => {
        const written = new Map(rows);
        const read = readZip(zipOf(written));
        expect([...read.keys()]).toEqual([...written.keys()]);
        for (const [path, content] of written)
          expect(Buffer.from(read.get(path)!)).toEqual(Buffer.from(content));
      }),
    );
  });

  test('of another program is read', () => {
    expect(textsOf(readZip(FOREIGN))).toEqual({
      'a.txt': 'stored',
      'dir/b.txt': 'deflated '.repeat(50),
      'é.txt': 'name',
    });
  });

  test('that is empty has 22 bytes and the hash of nothing', () => {
    const empty = zipOf(new Map());
    expect(empty).toHaveLength(22);
    expect(hashOfZip(empty)).toBe('e3b0c44298fc1c14');
  });

  test('has a hash of its names and contents alone', () => {
    expect(hashOfZip(FOREIGN)).toBe('8f3c3ba50442705f');
    expect(hashOfZip(zipOf(readZip(FOREIGN)))).toBe(hashOfZip(FOREIGN));
    expect(hashOfZip(zipOf(files('a', 'b')))).toBe(hashOfZip(zipOf(files('b', 'a'))));
    expect(hashOfZip(zipOf(files('a')))).not.toBe(hashOfZip(zipOf(files('b'))));
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['text', bytesOf('this is no zip at all, whatever it says')],
    ['a zip without its end', zipOf(files('a')).subarray(0, -3)],
    ['a zip without its beginning', zipOf(files('a', 'b')).subarray(40)],
    ['a content that was changed', patched(zipOf(files('a')), 'content', 'c0ntent')],
  ])('is not %s', (_what, bytes) => {
    expect(() => readZip(bytes)).toThrow(BadZip);
  });

  test('broken at any byte is refused or read, never anything else', () => {
    const zip = zipOf(new Map([...files('a', 'dir/b'), ['c', new Uint8Array(500)]]));
    fc.assert(
      fc.property(fc.nat(zip.length - 1), fc.nat(255), (at, value) => {
        const broken = Buffer.from(zip);
        broken[at] = value;
        try {
          readZip(broken);
        } catch (error) {
          expect(error).toBeInstanceOf(BadZip);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['../a', 'a/../../b', '/etc/passwd', 'C:\\a', 'a\\..\\b', '\\a', 'a\0b', ''])(
    'with a member named %j, which leaves it, is refused',
    (name) => {
      expect(() => readZip(zipOf(files(name)))).toThrow(BadZip);
    },
  );

  test('that unpacks to more than the limit is refused before it is unpacked', () => {
    const bomb = zipOf(new Map([['zeros', new Uint8Array(50_000_000)]]));
    expect(bomb.length).toBeLessThan(60_000);
    expect(() => readZip(bomb, { bytes: 49_999_999 })).toThrow(/at most 49999999 bytes/);
    expect(readZip(bomb, { bytes: 50_000_000 }).get('zeros')).toHaveLength(50_000_000);
  });

  test('that lies about what it unpacks to is refused, and never unpacked beyond that', () => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(50_000_000);
    const lie = Buffer.alloc(4);
    lie.writeUInt32LE(10);
    const bomb = patched(zipOf(new Map([['zeros', new Uint8Array(50_000_000)]])), size, lie);
    expect(() => readZip(bomb, { bytes: 1000 })).toThrow(/broken/);
  });

  test('with more members than the limit is refused', () => {
    const zip = zipOf(files('a', 'b', 'c'));
    expect(readZip(zip, { members: 3 }).size).toBe(3);
    expect(() => readZip(zip, { members: 2 })).toThrow(/at most 2 members; this one has 3/);
  });
});

describe('A zip entry', () => {
  const place = { namespace: 'ns', strategy: 'key_based', cacheKey: 'k', fileId: 'z' } as const;

  test('is made empty, or of the bytes that are given', async () => {
    const zips = zipEntries(aCache().cache);
    expect((await zips.store(place)).info).toMatchObject({ hash: 'e3b0c44298fc1c14', size: 22 });
    const { info } = await zips.store({ ...place, fileId: 'y' }, FOREIGN);
    const found = (await zips.retrieve('ns', info.cacheId))!;
    expect(Buffer.from(found.bytes)).toEqual(FOREIGN);
    expect(found.members.size).toBe(3);
    await expect(zips.store(place, bytesOf('no zip'))).rejects.toThrow(BadZip);
  });

  test('stays as it is: each change is a new entry', async () => {
    const { cache } = aCache();
    const zips = zipEntries(cache);
    const first = await zips.store(place, zipOf(files('a')));
    const second = (await zips.add('ns', first.info.cacheId, 'b', bytesOf('b')))!;
    const third = (await zips.remove('ns', second.info.cacheId, 'a'))!;
    expect(textsOf((await zips.retrieve('ns', first.info.cacheId))!.members)).toEqual({ a: 'content of a' });
    expect(textsOf((await zips.retrieve('ns', second.info.cacheId))!.members)).toEqual({
      a: 'content of a',
      b: 'b',
    });
    expect(textsOf((await zips.retrieve('ns', third.info.cacheId))!.members)).toEqual({ b: 'b' });
    expect(third.info).toMatchObject({
      strategy: 'key_based',
      cacheKey: 'k',
      hash: hashOfZip(third.members),
    });
  });

  test('holds one member of a name', async () => {
    const zips = zipEntries(aCache().cache);
    const { info } = await zips.store(place, zipOf(files('a')));
    const changed = await zips.add('ns', info.cacheId, 'a', bytesOf('new'));
    expect(textsOf(changed!.members)).toEqual({ a: 'new' });
  });

  test('is no entry of another type, and nothing where nothing is', async () => {
    const { cache } = aCache();
    const zips = zipEntries(cache);
    const text = await cache.store(aString('x'));
    await expect(zips.retrieve('ns', text.cacheId)).rejects.toThrow(BadContent);
    const binary = await cache.store(aString('', { content: { type: 'binary', bytes: bytesOf('x') } }));
    await expect(zips.add('ns', binary.cacheId, 'a', bytesOf('x'))).rejects.toThrow(BadZip);
    const absent = '00000000-0000-4000-8000-000000000000';
    expect(await zips.retrieve('ns', absent)).toBeUndefined();
    expect(await zips.batch('ns', absent, [])).toBeUndefined();
  });
});

describe('A batch on a zip', () => {
  async function batch(operations: readonly ZipOperation[], options?: { atomic: boolean }) {
    const { cache } = aCache();
    const zips = zipEntries(cache);
    const { info } = await zips.store(
      { namespace: 'ns', strategy: 'temporal' },
      zipOf(files('a', 'b', 'd/c.txt')),
    );
    const done = (await zips.batch('ns', info.cacheId, operations, options))!;
    return { ...done, names: [...done.members.keys()], errors: done.results.map(({ error }) => error) };
  }

  test('applies its steps in order and stores one new entry', async () => {
    const done = await batch([
      { action: 'add', path: 'n', content: bytesOf('new') },
      { action: 'replace', path: 'a', content: bytesOf('other') },
      { action: 'rename', path: 'b', newPath: 'b2' },
      { action: 'remove', path: 'n' },
    ]);
    expect(done).toMatchObject({
      names: ['a', 'd/c.txt', 'b2'],
      added: ['b2'],
      removed: ['b'],
      modified: ['a'],
    });
    expect(done.info).toMatchObject({ strategy: 'direct', hash: hashOfZip(done.members) });
    expect(done.info!.cacheId).not.toBe(done.original.cacheId);
  });

  test('changes nothing when one step fails, unless it need not hold together', async () => {
    const steps: ZipOperation[] = [
      { action: 'add', path: 'n' },
      { action: 'remove', path: 'absent' },
      { action: 'add', path: 'm' },
    ];
    const whole = await batch(steps);
    expect(whole).toMatchObject({ rolledBack: true, names: ['a', 'b', 'd/c.txt'] });
    expect(whole.info).toBeUndefined();
    expect(whole.errors).toEqual(['', "File 'absent' not found in zip"]);
    const parts = await batch(steps, { atomic: false });
    expect(parts).toMatchObject({ rolledBack: false, added: ['n', 'm'] });
    expect(parts.info).toBeDefined();
  });

  test('skips steps whose condition does not hold', async () => {
    const done = await batch([
      { action: 'add', path: 'a', content: bytesOf('x'), condition: 'if_not_exists' },
      { action: 'remove', path: 'absent', condition: 'if_exists' },
    ]);
    expect(done).toMatchObject({ errors: ['', ''], modified: [], removed: [] });
  });

  test.each([
    ['*', []],
    ['?', ['d/c.txt']],
    ['d/*', ['a', 'b']],
    ['*.t[a-z]t', ['a', 'b']],
    ['[!a]', ['a', 'd/c.txt']],
    ['[', ['a', 'b', 'd/c.txt']],
    ['*c*t', ['a', 'b']],
    ['A', ['a', 'b', 'd/c.txt']],
  ])('removes what matches %s', async (pattern, names) => {
    expect((await batch([{ action: 'remove', path: '', pattern }])).names).toEqual(names);
  });

  test('matches a hostile pattern in no time', async () => {
    const done = await batch([
      { action: 'rename', path: 'a', newPath: 'a'.repeat(1000) },
      { action: 'remove', path: '', pattern: '*a'.repeat(500).concat('b') },
    ]);
    expect(done.names).toHaveLength(3);
  });

  test.each(['list', 'get', 'explode', 'rename', '__proto__'])(
    'does not know how to %s without more',
    async (action) => {
      expect((await batch([{ action, path: 'a' }])).rolledBack).toBe(true);
    },
  );

  test('refuses names that leave the zip, and one that is taken', async () => {
    for (const path of ['../x', '/x']) {
      expect((await batch([{ action: 'add', path }])).rolledBack).toBe(true);
      expect((await batch([{ action: 'rename', path: 'a', newPath: path }])).rolledBack).toBe(true);
    }
    expect((await batch([{ action: 'rename', path: 'a', newPath: 'b' }])).rolledBack).toBe(true);
  });
});
