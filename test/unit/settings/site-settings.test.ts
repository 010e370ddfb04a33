import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { DEFAULT_RULES } from '@sgraph-backbone/layer/logs';
import {
  DEFAULT_SETTINGS,
  readSettings,
  readStampedSettings,
  replaceSettings,
  rulesOf,
  rulesVersionOf,
  SettingsDamaged,
  siteSettings,
} from '@sgraph-backbone/layer/settings';
import { Conflict, readJson } from '@sgraph-backbone/layer/store';

const KEY = 'bb-settings/data/key-based/site/settings.json';

describe('settings of a site', () => {
  test('are the defaults of the rules, UTC, hashed visitors and no host of its own, until something is set', () => {
    expect(DEFAULT_SETTINGS).toMatchObject({ timezone: 'UTC', hosts: [], visitors: 'hashed', realtime: [] });
    expect(rulesOf(DEFAULT_SETTINGS)).toEqual(DEFAULT_RULES);
  });

  test('take an address of the site, and no query, fragment, user or other scheme in it', () => {
    const good = ['https://send.example.com', 'https://send.example.com/en/', 'http://localhost:8080/'];
    for (const site_url of good) expect(siteSettings.parse({ site_url })).toMatchObject({ site_url });
    const bad = ['send.example.com', 'javascript:alert(1)', 'https://a.example/?x=1', 'https://a.example/#x'];
    for (const site_url of [
      ...bad,
      'https://u:p@a.example/',
      'https://',
      7,
      `https://a.example/${'x'.repeat(500)}`,
    ])
      expect(() => siteSettings.parse({ site_url })).toThrow('an address such as https://send.example.com/');
  });

  test('change the rules version only where they say what counts as what', () => {
    const version = (given: Record<string, unknown>) => rulesVersionOf(siteSettings.parse(given));
    const unchanged = [
      { timezone: 'Europe/Lisbon' },
      { hosts: ['a.example'] },
      { primary: 'realtime' },
      { site_url: 'https://send.example.com/' },
      { realtime: [{ feed: 'realtime.a', fields: ['timestamp'] }] },
      { costs: { accounts: ['111122223333'] } },
    ];
    for (const given of unchanged) expect(version(given)).toBe(version({}));
    const changed = [
      { exclude: [{ path: '/x' }] },
      { visitors: 'off' },
      { page_rules: [{ path: '/*', page: true }] },
    ];
    expect(new Set(changed.map(version)).add(version({})).size).toBe(changed.length + 1);
  });

  test.each([
    [{ timzone: 'UTC' }, [], 'timzone'],
    [{ timezone: 'Asia/Kathmandu' }, ['timezone'], '345 minutes'],
    [{ timezone: 'Lisbon' }, ['timezone'], 'IANA'],
    [{ timezone: 1 }, ['timezone'], 'IANA'],
    [{ hosts: ['Example.org'] }, ['hosts', 0], 'lower case'],
    [{ hosts: ['a.example:443'] }, ['hosts', 0], 'without a port'],
    [{ hosts: ['../a'] }, ['hosts', 0], 'host name'],
    [{ hosts: ['a.example', 'a.example'] }, ['hosts'], 'once'],
    [{ exclude: [{}] }, ['exclude', '0'], 'needs a host'],
    [{ exclude: [{ ip: '192.0.2.1' }] }, ['exclude', 0], 'host, path or agent'],
    [{ upload_rules: ['/upload'] }, ['upload_rules', '0'], 'METHOD'],
    [{ path_rules: [{ match: '(', replace: '' }] }, ['path_rules', '0', 'match'], 'regular expression'],
    [{ visitors: 'counted' }, ['visitors'], 'hashed'],
    [{ monitors: ['a', ''] }, ['monitors', 1], 'not empty'],
    [
      { realtime: [{ feed: 'standard.a', fields: ['timestamp'] }] },
      ['realtime', 0, 'feed'],
      'realtime.<name>',
    ],
    [
      { realtime: [{ feed: 'realtime.a', fields: ['x'], sampling: 0 }] },
      ['realtime', 0, 'sampling'],
      '1 to 100',
    ],
    [{ costs: { accounts: ['1111-2222-3333'] } }, ['costs', 'accounts', 0], '12 digits'],
    [{ costs: { own_tag: 'project' } }, ['costs', 'own_tag'], 'key=value'],
    [{ costs: { calls_per_day: 0 } }, ['costs', 'calls_per_day'], '1 to 1,000'],
    [{ costs: { monthly_budget_usd: 0 } }, ['costs', 'monthly_budget_usd'], 'above 0'],
    [{ costs: { budget: 5 } }, ['costs'], 'monthly_budget_usd'],
  ])('refuse %j under its name', (given, path, message) => {
    const issue = siteSettings.safeParse(given).error?.issues[0];
    expect(issue?.path).toEqual(path);
    expect(issue?.message).toContain(message);
  });

  test('are kept without what is as by default, so that better defaults reach the site', async () => {
    const data = memoryObjectStore();
    const chosen = siteSettings.parse({ hosts: ['a.example'], timezone: 'UTC' });
    await replaceSettings(data, chosen, (await readStampedSettings(data)).stamp);
    expect((await readJson(data, KEY))?.value).toEqual({ hosts: ['a.example'] });
    expect(await readSettings(data)).toEqual(chosen);
  });

  test.each([
    ['{"timezone":', 'it is no JSON ('],
    ['"UTC"', 'Invalid input: expected object'],
    ['{"timzone":"UTC"}', '"timzone"'],
    ['{"timezone":"Mars/Base"}', 'timezone: accepted is an IANA time zone'],
    ['{"hosts":["Example.org"],"visitors":7}', 'hosts.0: accepted is a host name in lower case'],
    ['{"path_rules":[{"match":"(","replace":""}]}', 'path_rules.0.match: accepted is a rule that'],
  ])('edited by hand into %s are refused by the object and its member', async (text, reason) => {
    const data = memoryObjectStore();
    await data.put(KEY, Buffer.from(text));
    const refused = await readSettings(data).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SettingsDamaged);
    expect((refused as Error).message).toContain(`${KEY} in the store can't be used: `);
    expect((refused as Error).message).toContain(reason);
  });

  test('are replaced only from the state that the change was made from', async () => {
    const data = memoryObjectStore();
    const first = await readStampedSettings(data);
    const second = await replaceSettings(data, siteSettings.parse({ visitors: 'off' }), first.stamp);
    await expect(replaceSettings(data, DEFAULT_SETTINGS, first.stamp)).rejects.toBeInstanceOf(Conflict);
    expect((await readSettings(data)).visitors).toBe('off');
    await replaceSettings(data, DEFAULT_SETTINGS, second.stamp);
    expect(await readSettings(data)).toEqual(DEFAULT_SETTINGS);
  });
});
