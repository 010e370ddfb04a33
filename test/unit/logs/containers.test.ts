import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { LogRefused } from '@sgraph-backbone/layer/logs';
import { FIELDS_33, file33, line33, type ReadOptions, read } from './read.ts';

const text = file33(...Array.from({ length: 300 }, (_, at) => ({ 'sc-bytes': String(at) })));
const half = text.indexOf('\n', text.length / 2) - 20;

const refusal = async (content: string | Uint8Array, options?: ReadOptions) => {
  const error = await read(content, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LogRefused);
  return error as LogRefused;
};

describe('the container of a log', () => {
  const containers: readonly (readonly [string, Uint8Array])[] = [
    ['plain bytes', Buffer.from(text)],
    ['gzip', gzipSync(text)],
    ['gzip of several members', Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))])],
    ['gzip inside gzip', gzipSync(gzipSync(text))],
    ['gzip with padding', Buffer.concat([gzipSync(text), Buffer.alloc(512)])],
  ];

  test.each(containers)(
    'may be %s: rows and object id are the same, in one piece or in many',
    async (_, bytes) => {
      const { bytes: plainBytes, ...plain } = await read(text);
      expect(plainBytes).toBe(text.length);
      for (const pieces of [undefined, 1000, 7])
        for (const limits of [{}, { wholeDelivered: 0 }, { wholeBytes: 1000 }])
          expect(await read(bytes, { pieces, limits })).toEqual({ ...plain, bytes: bytes.length });
    },
  );

  test('gives every split of a small file the same rows', async () => {
    const small = `\ufeff${file33({}, { 'sc-status': '404' })}garbage\n${line33()}`;
    const whole = await read(small);
    for (let pieces = 1; pieces < 400; pieces++) expect(await read(small, { pieces })).toEqual(whole);
  });

  test('that was cut off is refused as a whole', async () => {
    const bytes = gzipSync(text);
    for (const length of [3, 12, bytes.length - 9, bytes.length - 1])
      for (const limits of [{}, { wholeDelivered: 0 }])
        expect(await refusal(bytes.subarray(0, length), { limits })).toMatchObject({ code: 'truncated' });
  });

  test('with damage, or with other bytes behind it, is refused', async () => {
    const flipped = gzipSync(text);
    flipped[200]! ^= 0xff;
    const behind = Buffer.concat([gzipSync(text), Buffer.from('more')]);
    const hidden = Buffer.concat([gzipSync(text), Buffer.alloc(100), gzipSync(text)]);
    for (const bytes of [flipped, behind, hidden])
      for (const limits of [{}, { wholeDelivered: 0 }])
        expect(await refusal(bytes, { limits, pieces: 100 })).toMatchObject({ code: 'corrupt' });
  });

  test('that is a bomb is refused by its ratio, its size or its nesting', async () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 24, `${line33()}\n`));
    expect(await refusal(bomb, { limits: { ratio: 50, ratioFrom: 2 ** 20 } })).toMatchObject({
      code: 'bomb',
    });
    expect(
      await refusal(bomb, { limits: { decompressedBytes: 2 ** 20, wholeBytes: 2 ** 16 } }),
    ).toMatchObject({ code: 'bomb' });
    expect(await refusal(gzipSync(gzipSync(gzipSync(gzipSync(text)))))).toMatchObject({ code: 'bomb' });
    expect(await refusal(gzipSync(Buffer.alloc(2 ** 27)))).toMatchObject({ code: 'bomb' });
  });
});

describe('what is no log of CloudFront', () => {
  const rtmp = 'date time x-edge-location c-ip x-event sc-bytes x-cf-status x-cf-client-id cs-uri-stem';
  test.each([
    ['a streaming log', `#Version: 1.0\n#Fields: ${rtmp}\n`, 'rtmp'],
    ['a real-time log without its fields', '1607374321.541\t192.0.2.7\t200\n', 'realtime-fields'],
    ['a ZIP archive', 'PK\u0003\u0004xxxx', 'binary'],
    ['binary data', Buffer.from([1, 2, 0, 3]), 'binary'],
    ['prose', 'Hello\nWorld\n', 'not-cloudfront'],
    ['JSON of something else', '{"name": "x", "version": 1}', 'not-cloudfront'],
    [
      'a log of IIS',
      '#Fields: date time s-ip cs-method cs-uri-stem s-port sc-status sc-substatus\n',
      'not-cloudfront',
    ],
    ['one endless line', 'x'.repeat(3_000_000), 'not-cloudfront'],
  ])('is refused by name: %s', async (_, content, code) => {
    const error = await refusal(content);
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(/Accepted are/);
    expect(await refusal(content, { pieces: 1000 })).toMatchObject({ code });
  });

  test('is refused early: the rest of a large file is not read', async () => {
    let given = 0;
    const source = (async function* () {
      for (; given < 1000; given++) yield Buffer.alloc(100_000, 'no log\n');
    })();
    const { createLogReader, DEFAULT_RULES, readLog } = await import('@sgraph-backbone/layer/logs');
    const options = {
      reader: createLogReader(),
      identity: Buffer.of(1),
      rules: DEFAULT_RULES,
      now: 0,
      dayOf: () => '',
      dayKey: async () => undefined,
    };
    await expect(readLog(source, options, () => undefined)).rejects.toBeInstanceOf(LogRefused);
    expect(given).toBeLessThan(100);
  });
});

describe('a line of 100 MB', () => {
  test('is quarantined without being held in memory', async () => {
    const megabyte = Buffer.alloc(2 ** 20, 0x61);
    const source = (async function* () {
      yield Buffer.from(file33({}));
      yield Buffer.from('2026-02-16\t14:30:05\t');
      for (let at = 0; at < 100; at++) yield megabyte;
      yield Buffer.from(`\n${line33()}\n`);
    })();
    const { createLogReader, DEFAULT_RULES, readLog } = await import('@sgraph-backbone/layer/logs');
    const options = {
      reader: createLogReader(),
      identity: Buffer.of(1),
      rules: DEFAULT_RULES,
      now: 0,
      dayOf: () => '',
      dayKey: async () => undefined,
    };
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const result = await readLog(
      (async function* () {
        for await (const chunk of source) {
          peak = Math.max(peak, process.memoryUsage().arrayBuffers);
          yield chunk;
        }
      })(),
      options,
      () => undefined,
    );
    expect(result).toMatchObject({
      lines: 5,
      accepted: 2,
      quarantined: 1,
      quarantine: [{ line: 4, reason: 'line too long' }],
    });
    expect(peak - before).toBeLessThan(60 * 2 ** 20);
  });
});

test('fields can be configured for lines without a header', async () => {
  const fields = FIELDS_33.split(' ').slice(0, 9);
  const result = await read(`${line33().split('\t').slice(0, 9).join('\t')}\n`, { fields });
  expect(result).toMatchObject({ accepted: 1, rows: [{ sc_status: 200 }] });
});
