import { describe, expect, test } from '@jest/globals';
import { file33, read } from './read.ts';

const classify = async (agent: string, stem = '/') =>
  (await read(file33({ 'cs(User-Agent)': agent.replaceAll(' ', '%20'), 'cs-uri-stem': stem }))).rows[0]!;

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

describe('the class of a request', () => {
  test.each([
    [CHROME, '/', 'human', ''],
    ['Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)', '/', 'monitor', 'UptimeRobot'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', '/', 'bot', 'isbot'],
    [
      'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
      '/',
      'bot',
      'gptbot',
    ],
    ['-', '/', 'bot', 'empty agent'],
    ['curl/8.5.0', '/', 'bot', 'isbot'],
    [CHROME, '/wp-login.php', 'probe', 'WordPress'],
    [CHROME, '/.env', 'probe', 'dot env'],
    [CHROME, '/.git/config', 'probe', 'version control'],
    ['curl/8.5.0', '/x/.env.production', 'probe', 'dot env'],
    ['Pingdom.com_bot_version_1.4', '/.env', 'monitor', 'Pingdom'],
    [CHROME, '/.well-known/security.txt', 'human', ''],
    [CHROME, '/environment', 'human', ''],
  ])('of %s for %s is told by the first rule that matches', async (agent, stem, name, rule) => {
    const row = await classify(agent, stem);
    expect(row.class).toBe(name);
    expect(row.rule).toContain(rule);
    if (name === 'human') expect(row.rule).toBe('');
  });

  test('is human where the file has no agents, and the row says so', async () => {
    const { rows } = await read('#Fields: date time cs-uri-stem\n2026-02-16\t14:30:05\t/\n');
    expect(rows[0]).toMatchObject({
      class: 'human',
      rule: '',
      client: { browser: '', device: '', agent: '' },
    });
  });
});

describe('a client', () => {
  test.each([
    [
      CHROME,
      {
        browser: 'Chrome',
        browser_version: '131',
        operating_system: 'Windows',
        device: 'desktop',
        agent: '',
      },
    ],
    [
      'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      {
        browser: 'Mobile Safari',
        browser_version: '17',
        operating_system: 'iOS',
        device: 'tablet',
        agent: '',
      },
    ],
    ['curl/8.5.0', { browser: '', browser_version: '', operating_system: '', device: 'bot', agent: 'curl' }],
    [
      'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
      { browser: '', browser_version: '', operating_system: '', device: 'bot', agent: 'bingbot' },
    ],
  ])('of %s', async (agent, client) => {
    expect((await classify(agent)).client).toEqual(client);
  });

  test('never carries an address or other free text of the agent along', async () => {
    for (const agent of [
      'me@example.com/1.0',
      '192.0.2.7/2.0',
      'x 2001:db8::1 y',
      '<script>alert(1)</script>',
    ]) {
      const text = JSON.stringify(await classify(agent));
      expect(text).not.toMatch(/192\.0\.2\.7"|me@example|db8::1|script/);
    }
  });
});
