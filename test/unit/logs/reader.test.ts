import { describe, expect, test } from '@jest/globals';
import { createLogReader, DEFAULT_RULES, type EventBlock, readLog } from '@sgraph-backbone/layer/logs';
import { file33, read, rowsOf } from './read.ts';

describe('a reader', () => {
  test('gives equal texts equal ids, over all objects that it reads', async () => {
    const reader = createLogReader();
    const ids: number[] = [];
    for (const stem of ['/a', '/b', '/%61', '/a'])
      await consume(file33({ 'cs-uri-stem': stem }), { reader }, (block) => ids.push(block.cs_uri_stem[0]!));
    expect(ids[0]).toBe(ids[2]);
    expect(ids[0]).toBe(ids[3]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('renews its dictionaries when they grow too large, and the blocks tell by their identity', async () => {
    const paths = Array.from({ length: 5000 }, (_, at) => ({
      'cs-uri-stem': `/some/path/that/is/never/seen/again/${at}.html`,
    }));
    const text = file33(...paths);
    const identities = new Set<object>();
    const found: unknown[] = [];
    const limits = { dictionaryBytes: 200_000 };
    await consume(text, { limits }, (block) => {
      identities.add(block.dictionaries);
      found.push(...rowsOf(block).map((row) => row.cs_uri_stem));
      expect(block.dictionaries.cs_uri_stem.values.length).toBeLessThan(1500);
    });
    expect(identities.size).toBeGreaterThan(2);
    expect(found).toEqual(paths.map((path) => path['cs-uri-stem']));
  });

  test('forgets its facts when the rules change', async () => {
    const reader = createLogReader();
    const line = file33({ 'cs-uri-stem': '/a/b' });
    const before = await read(line, { reader });
    const after = await read(line, { reader, rules: { path_rules: [{ match: '/b', replace: '/{x}' }] } });
    expect([before, after].map(({ rows }) => rows[0]!.cs_uri_stem)).toEqual(['/a/b', '/a/{x}']);
  });

  test('is left usable by an object that was refused in its middle', async () => {
    const reader = createLogReader();
    await expect(read('{"x": 1}', { reader })).rejects.toThrow();
    await expect(read(`${file33({}, {})}#Fields: x-event x-cf-status\n`, { reader })).rejects.toThrow();
    expect(await read(file33({}), { reader })).toMatchObject({ accepted: 1, records: 1 });
  });

  test('waits for the consumer of a block', async () => {
    let busy = false;
    await consume(
      file33(...Array.from({ length: 1000 }, () => ({}))),
      { limits: { blockRows: 100 } },
      async () => {
        expect(busy).toBe(false);
        busy = true;
        await new Promise((resolve) => setTimeout(resolve, 1));
        busy = false;
      },
    );
  });
});

describe('the distribution', () => {
  const E = 'E2EXAMPLE1234';
  const of = async (name: string | undefined, distribution?: string, record?: string) => {
    const json = JSON.stringify({
      date: '2026-02-16',
      time: '14:30:05',
      'sc-status': '200',
      ...(record ? { DistributionId: record } : {}),
    });
    return (await read(json, { name, distribution })).rows[0]!.distribution;
  };

  test('comes from the configuration, the record, the file name, the partition, in this order', async () => {
    const file = `x/${E}.2026-02-16-14.abcdef01.gz`;
    expect(await of(file, 'MINE', 'EOTHER1234567')).toBe('MINE');
    expect(await of(file, undefined, 'EOTHER1234567')).toBe('EOTHER1234567');
    expect(await of(file)).toBe(E);
    expect(await of(`AWSLogs/1/CloudFront/DistributionId=${E}/year=2025/x.gz`)).toBe(E);
    expect(await of(`AWSLogs/123456789012/CloudFront/${E}/2025/x.gz`)).toBe(E);
    expect(await of('access.log')).toBe('local');
    expect(await of(undefined)).toBe('local');
  });
});

async function consume(
  text: string,
  options: object,
  onBlock: (block: EventBlock) => void | Promise<void> | number,
): Promise<void> {
  await readLog(
    (async function* () {
      yield Buffer.from(text);
    })(),
    {
      reader: createLogReader(),
      identity: Buffer.of(1),
      rules: DEFAULT_RULES,
      now: 0,
      dayOf: () => 'day',
      dayKey: async () => undefined,
      ...options,
    },
    async (block) => {
      await onBlock(block);
    },
  );
}
