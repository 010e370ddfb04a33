import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeBytes, decodeText, decodeTwice, neutralise } from '../../../layer/logs/decoding.ts';
import { file33, read } from './read.ts';

const pathOf = async (stem: string) => (await read(file33({ 'cs-uri-stem': stem }))).rows[0]!.cs_uri_stem;
const clientOf = async (agent: string) => (await read(file33({ 'cs(User-Agent)': agent }))).rows[0]!.client;

describe('percent-decoding', () => {
  test('never throws, and leaves what is no escape', () => {
    for (const text of ['%', '%4', '%zz', 'a%', '100%25', '%G0%41'])
      expect(typeof decodeText(text)).toBe('string');
    expect(decodeText('%zz%41%4')).toBe('%zzA%4');
    expect(decodeText('%E9')).toBe('\ufffd');
    expect(decodeText('a+b%2Bc')).toBe('a+b+c');
  });

  test('undoes one layer of the log exactly, whatever the client sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (sent) => {
        const bytes = Buffer.from(sent.toWellFormed(), 'utf8');
        const logged = Buffer.from(
          [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
        );
        expect(decodeBytes(logged, 0, logged.length)).toBe(bytes.toString('utf8'));
      }),
    );
  });

  test('takes a second layer from an agent where there is one, never a third', () => {
    expect(decodeTwice('a%20b')).toBe('a b');
    expect(decodeTwice('a%2520b')).toBe('a%20b');
    expect(decodeTwice('a b 100%')).toBe('a b 100%');
  });

  test('leaves no character that controls a terminal, a page or a table', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be left
        expect(neutralise(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
      }),
    );
    expect(neutralise('a\u0000\r\n\u001b[31mb')).toBe('a\ufffd\ufffd\ufffd\ufffd[31mb');
  });
});

describe('a path', () => {
  test.each([
    ['/crates/a-2.0%252B1.crate', '/crates/a-2.0+1.crate'],
    ['/crates/a-2.0%2B1.crate', '/crates/a-2.0+1.crate'],
    ['/crates/a-2.0+1.crate', '/crates/a-2.0+1.crate'],
    ['/a%2520b', '/a b'],
    ['/a%252520b', '/a%20b'],
    ['/a%00b%0d%0ac', '/a\ufffdb\ufffd\ufffdc'],
    ['/%', '/%'],
    ['/caf%25C3%25A9', '/caf\u00e9'],
    ['page.html', 'page.html'],
    ['/i?secret=1', '/i'],
  ])('%s is kept as %s', async (stem, kept) => {
    expect(await pathOf(stem)).toBe(kept);
  });

  test('has at most 1,024 characters', async () => {
    expect(await pathOf(`/${'a/'.repeat(4000)}`)).toHaveLength(1024);
  });

  test.each([
    ['/transfers/complete/s3cr3t', '/transfers/complete/{id}'],
    ['/transfers/download/s3cr3t/name', '/transfers/download/{id}/name'],
    ['/d/550e8400-e29b-41d4-a716-446655440000', '/d/{id}'],
    ['/d/0123456789ab', '/d/{id}'],
    ['/d/AbCdEfGhIjKlMnOpQr12/x', '/d/{id}/x'],
    ['/assets/index-DFpdDAls.js', '/assets/index-DFpdDAls.js'],
  ])('%s loses its secret', async (stem, kept) => {
    expect(await pathOf(stem)).toBe(kept);
  });
});

describe('an agent', () => {
  test('is the same client with one or two layers', async () => {
    const agent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 10_2_1 like Mac OS X) AppleWebKit/602.4.6 (KHTML, like Gecko) Version/10.0 Mobile/14D27 Safari/602.1';
    const once = agent.replaceAll(' ', '%20');
    expect(await clientOf(once)).toMatchObject({
      browser: 'Mobile Safari',
      operating_system: 'iOS',
      device: 'mobile',
    });
    expect(await clientOf(once.replaceAll('%', '%25'))).toEqual(await clientOf(once));
  });

  test('keeps its plus, which a crawler writes before its address', async () => {
    const row = (
      await read(
        file33({
          'cs(User-Agent)': 'Mozilla/5.0%20(compatible;%20Googlebot/2.1;%20+http://www.google.com/bot.html)',
        }),
      )
    ).rows[0]!;
    expect(row).toMatchObject({ class: 'bot', client: { agent: 'Googlebot', device: 'bot', browser: '' } });
  });
});

describe('a query', () => {
  const queryOf = async (query: string) =>
    (await read(file33({ 'cs-uri-query': query }))).rows[0]!.cs_uri_query;

  test.each([
    ['-', ''],
    ['v=12345', ''],
    ['utm_source=news&secret=x&utm_campaign=a%2526b', '{"utm_campaign":"a&b","utm_source":"news"}'],
    ['token=community-x&token=second', '{"token":"community-x"}'],
    ['utm_term=a+b', '{"utm_term":"a+b"}'],
    ['utm_source=me@example.com', '{"utm_source":"[email]"}'],
    ['utm_source=me%2540example.com', '{"utm_source":"[email]"}'],
    ['utm_source=&utm_medium', ''],
  ])('%s keeps only the allowed parameters: %s', async (query, kept) => {
    expect(await queryOf(query)).toBe(kept);
  });
});
