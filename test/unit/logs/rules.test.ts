import { describe, expect, test } from '@jest/globals';
import {
  BadRule,
  compileRules,
  DEFAULT_RULES,
  looksLikePage,
  rulesVersion,
} from '@sgraph-backbone/layer/logs';
import fc from 'fast-check';
import { compileGlob } from '../../../layer/logs/glob.ts';
import { file33, read } from './read.ts';

describe('a pattern', () => {
  test('matches as the same regular expression does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '.'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (pattern, path) => {
        const source = pattern
          .split('*')
          .map((piece) => piece.replace(/[.]/g, '\\.'))
          .join('[^]*');
        expect(compileGlob(pattern)(path)).toBe(new RegExp(`^${source}$`).test(path));
      }),
      { numRuns: 2000 },
    );
  });

  test('takes no longer for a path that was made to be slow', () => {
    const matches = compileGlob('*a*a*a*a*a*a*b');
    const started = performance.now();
    expect(matches('a'.repeat(1_000_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('the default rules', () => {
  const rules = compileRules(DEFAULT_RULES);

  test('match uploads and downloads after the path rules', () => {
    const path = rules.rewritePath('/api/transfers/complete/abc');
    expect(path).toBe('/api/transfers/complete/{id}');
    expect(rules.isUpload('PUT', path)).toBe(true);
    expect(rules.isUpload('POST', path)).toBe(true);
    expect(rules.isUpload('GET', path)).toBe(false);
    expect(rules.isDownload('GET', '/transfers/download/{id}')).toBe(true);
    expect(rules.isDownload('HEAD', '/transfers/download/{id}')).toBe(false);
  });

  test('know what an interface call and a page is', () => {
    expect(rules.isApi('/api/x')).toBe(true);
    expect(rules.isApi('/apis')).toBe(false);
    expect(rules.isPage('/')).toBeUndefined();
    expect(['/', '/en-gb/', '/about', '/a.html', '/A.HTM'].every(looksLikePage)).toBe(true);
    expect(['/a.js', '/favicon.ico', '/a/b.png'].some(looksLikePage)).toBe(false);
  });
});

describe('rules of a site', () => {
  test('say for each path whether it is a page, the first that matches', () => {
    const { isPage } = compileRules({
      ...DEFAULT_RULES,
      page_rules: [
        { path: '/app/login', page: true },
        { path: '/app/*', page: false },
      ],
    });
    expect([isPage('/app/login'), isPage('/app/x'), isPage('/x')]).toEqual([true, false, undefined]);
  });

  test('that cannot be understood are refused by the name of the setting', () => {
    const bad = (rules: object) => () => compileRules({ ...DEFAULT_RULES, ...rules });
    expect(bad({ path_rules: [{ match: '(', replace: '' }] })).toThrow(/path_rules\[0\]\.match/);
    expect(bad({ upload_rules: ['/no/method'] })).toThrow(/upload_rules\[0\]/);
    expect(bad({ exclude: [{}] })).toThrow(BadRule);
  });

  test('have a version that depends on what they say, not on how they are written', () => {
    const turned = Object.fromEntries(Object.entries(DEFAULT_RULES).reverse());
    expect(rulesVersion(turned as unknown as typeof DEFAULT_RULES)).toBe(rulesVersion(DEFAULT_RULES));
    expect(rulesVersion({ ...DEFAULT_RULES, api_prefixes: [] })).not.toBe(rulesVersion(DEFAULT_RULES));
    expect(rulesVersion(DEFAULT_RULES)).toMatch(/^[0-9a-f]{16}$/);
  });

  test('exclude requests of which every given member matches, and count them', async () => {
    const exclude = [{ host: 'staging.*' }, { path: '/health*', agent: 'curl' }];
    const curl = { 'cs(User-Agent)': 'curl/8.0' };
    const result = await read(
      file33(
        {},
        { 'x-host-header': 'staging.example.com' },
        { 'cs-uri-stem': '/health/x', ...curl },
        { 'cs-uri-stem': '/health/y' },
        { 'cs-uri-stem': '/z', ...curl },
      ),
      { rules: { exclude } },
    );
    expect(result).toMatchObject({ records: 5, accepted: 3, excluded: 2, quarantined: 0 });
    expect(result.rows.map((row) => row.cs_uri_stem)).toEqual(['/en-gb/', '/health/y', '/z']);
  });

  test('never see the addresses that are excluded by the environment', async () => {
    const excludeAddress = (address: string) => address === '192.0.2.7';
    const result = await read(file33({}, { 'c-ip': '::ffff:192.0.2.7' }, { 'c-ip': '192.0.2.8' }), {
      excludeAddress,
    });
    expect(result).toMatchObject({ accepted: 1, excluded: 2 });
  });
});
