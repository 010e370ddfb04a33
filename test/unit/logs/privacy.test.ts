import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { createLogReader, DEFAULT_RULES, readLog } from '@sgraph-backbone/layer/logs';
import fc from 'fast-check';
import { redact, redactHost } from '../../../layer/logs/redaction.ts';
import { FIELDS_33, file33, line33, read } from './read.ts';

const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/;
const IPV6 =
  /(?<![0-9a-z:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:)+:(?:[0-9a-f]{1,4}:)*[0-9a-f]{1,4}/i;
const MAIL = /[\w.+-]+@[\w-]+\.[a-z]/i;

/** Everything a consumer of blocks can see. */
async function seen(content: string | Uint8Array, options = {}): Promise<string> {
  const { rows, quarantine, warnings } = await read(content, options);
  return JSON.stringify({ rows, quarantine, warnings });
}

const v4 = fc.ipV4();
const v6 = fc.oneof(
  // One group alone, like `::1`, is nobody's address, and glued to a word it may be a name in a program.
  fc.ipV6().filter((address) => address.split(':').filter((group) => group !== '').length > 1),
  v4.map((address) => `::ffff:${address}`),
  fc
    .array(fc.integer({ min: 1, max: 0xffff }), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.map((group) => group.toString(16).padStart(4, '0').toUpperCase()).join(':')),
);
const mail = fc
  .tuple(
    fc.stringMatching(/^[a-z][a-z0-9.+_-]{0,10}[a-z0-9]$/),
    fc.stringMatching(/^[a-z]{2,8}\.(com|co\.uk|museum)$/),
  )
  .map((parts) => parts.join('@'));
const secret = fc.oneof(v4, v6, mail);
const around = fc.constantFrom('', '/', ' ', '[', ']', '(', ')', '"', '-', '=', 'v', '_', '%20', 'http://');
const wrapping = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => encodeURIComponent(text),
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join(''),
);

describe('redaction', () => {
  test('finds addresses and e-mail addresses in any spelling, encoding and neighbourhood', () => {
    fc.assert(
      fc.property(secret, around, around, wrapping, (planted, before, after, wrap) => {
        const kept = redact(before + wrap(planted) + after);
        expect(
          decodeURIComponent(decodeURIComponent(kept.replaceAll(/%(?![0-9a-f]{2})/gi, ''))),
        ).not.toContain(planted);
        expect(kept).toMatch(/\[address\]|\[email\]/);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    '/v1.2.3/x',
    '12:30:45',
    '2026-02-16T12:30:45Z',
    '/a/2024.11.05',
    'react@18.2.0',
    '@scope/pkg',
    'std::string',
    'zstd-sys-2.0.8+zstd.1.5.5',
    '/index-DFpdDAls.js',
    'user@localhost',
    'a:b',
    'x::y',
    '100%',
    '/%zz',
  ])('leaves %s alone', (text) => {
    expect(redact(text)).toBe(text);
  });

  test.each([
    ['1.2.3.4', '[address]'],
    ['a1.2.3.4567', 'a[address]'],
    ['[::1]:8080', '[[address]]:8080'],
    ['fe80::1%25eth0', '[address]%eth0'],
    ['1%2e2%2E3%252e4', '[address]'],
    ['\uff11.\uff12.\uff13.\uff14', '[address]'],
    ['aa:bb:cc:dd:ee:ff', '[address]'],
    ['mailto:Me.You+tag@mail.example.co.uk?x', 'mailto:[email]?x'],
  ])('replaces %s by %s', (text, kept) => {
    expect(redact(text)).toBe(kept);
  });

  test('finds addresses that reverse names spell with dashes', () => {
    expect(redactHost('ec2-192-0-2-7.compute.example.com')).toBe('ec[address].compute.example.com');
  });

  test('takes time in proportion to the text, whatever was made to be slow', () => {
    for (const piece of ['1', '1.', 'a', ':', '1:', '@', 'a@', 'a.', '%25']) {
      const started = performance.now();
      redact(piece.repeat(8192 / piece.length));
      expect(performance.now() - started).toBeLessThan(300);
    }
  });
});

describe('what leaves the reader', () => {
  const logged = (text: string) =>
    [...Buffer.from(text)]
      .map((byte) =>
        byte <= 32 || byte >= 127 || '<>"#%{}|\\^~[]`\''.includes(String.fromCharCode(byte))
          ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
          : String.fromCharCode(byte),
      )
      .join('');

  test.each(FIELDS_33.split(' ').slice(2))(
    'never holds an address or an e-mail address that was planted in %s',
    async (field) => {
      await fc.assert(
        fc.asyncProperty(
          secret,
          wrapping,
          fc.constantFrom('', '/', 'token=', 'http://', 'https://x.com/', 'Bot/1.0 '),
          async (planted, wrap, before) => {
            const text = await seen(file33({ [field]: logged(before + wrap(planted)) }));
            expect(text.toLowerCase()).not.toContain(planted.toLowerCase());
            expect(text).not.toMatch(IPV4);
            expect(text).not.toMatch(MAIL);
          },
        ),
        { numRuns: 40 },
      );
    },
  );

  test('never holds the address, cookie, raw agent, referrer path or unlisted parameters of a line', async () => {
    const secrets = {
      'c-ip': '203.0.113.77',
      'cs(Cookie)': 'session=COOKIESECRET',
      'cs(User-Agent)': 'Mozilla/5.0%20(Windows%20NT%2010.0)%20AGENTSECRET%20Chrome/131.0.0.0',
      'cs(Referer)': 'https://user:PASSWORDSECRET@ref.example.com:8443/REFERRERSECRET?q=QUERYSECRET#f',
      'cs-uri-query': 'email=QUERYSECRET&utm_source=news&key=QUERYSECRET',
      'cs-uri-stem': '/transfers/download/PATHSECRET',
      'x-forwarded-for': '203.0.113.78,%20FORWARDEDSECRET',
      'x-edge-request-id': 'REQUESTSECRETREQUESTSECRET==',
      'fle-encrypted-fields': 'FIELDSECRET',
    };
    const broken = line33(secrets).replace('2026-02-16', '2026-13-16');
    for (const format of [
      file33(secrets),
      `${file33(secrets)}${broken}\n${broken.slice(0, 200)}`,
      gzipSync(file33(secrets)),
      jsonOf(secrets),
    ]) {
      const text = await seen(format);
      expect(text).not.toMatch(/SECRET/);
      expect(text).not.toMatch(/203\.0\.113/);
      expect(text).toContain('ref.example.com');
      expect(text).toContain('news');
    }
  });

  test('holds request ids only if the site wants them, and none that is not one', async () => {
    const lines = file33({}, { 'x-edge-request-id': '203.0.113.77' });
    const rules = { keep_request_ids: true };
    const ids = (await read(lines, { rules })).rows.map((row) => row.x_edge_request_id);
    expect(ids).toEqual(['SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==', '']);
    expect(await seen(lines)).not.toContain('SOX4xwn4');
  });

  test('never holds an address in the name of a feed', async () => {
    for (const name of ['203.0.113.77', 'logs/203.0.113.77.2026-02-16-14.abcdef01.gz', '2001:db8::1.gz'])
      expect(await seen(file33({}), { name })).not.toMatch(/203\.0|db8/);
    const json = JSON.stringify({ date: '2026-02-16', time: '14:30:05', DistributionId: '203.0.113.77' });
    expect(await seen(json)).not.toMatch(/203\.0/);
  });

  test('is free of address patterns for a file full of them', async () => {
    const text = await seen(
      file33(
        ...Array.from({ length: 50 }, (_, at) => ({
          'c-ip': `2001:db8::${at}`,
          'cs-uri-stem': `/x/2001:db8::${at}/192.0.2.${at}`,
        })),
      ),
    );
    expect(text).not.toMatch(IPV4);
    expect(text).not.toMatch(IPV6);
  });
});

describe('visitors that are off', () => {
  test('leave no hash behind, and no key is asked for', async () => {
    let asked = 0;
    const blocks: number[] = [];
    await readLog(
      (async function* () {
        yield Buffer.from(file33({}, {}));
      })(),
      {
        reader: createLogReader(),
        identity: Buffer.of(1),
        rules: { ...DEFAULT_RULES, visitors: 'off' },
        now: 0,
        dayOf: () => 'day',
        dayKey: async () => {
          asked++;
          return { id: 'k', key: Buffer.of(1) };
        },
      },
      (block) => {
        blocks.push(
          ...block.visitor_high.subarray(0, block.length),
          ...block.visitor_key.subarray(0, block.length),
        );
      },
    );
    expect(asked).toBe(0);
    expect(blocks.every((value) => value === 0)).toBe(true);
  });
});

function jsonOf(values: Record<string, string>): string {
  const all = line33(values).split('\t');
  return JSON.stringify(Object.fromEntries(FIELDS_33.split(' ').map((name, at) => [name, all[at]])));
}
