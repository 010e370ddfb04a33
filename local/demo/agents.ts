import type { Random } from './random.ts';
import { weighted } from './sampler.ts';

type Entry = readonly [agent: string, weight: number];

/** Current major versions, newest first; people update within weeks, so the weight halves at each step. */
const CHROME = versions(142, 9);
const FIREFOX = versions(145, 7);
const EDGE = versions(142, 6);
const WINDOWS = 'Windows NT 10.0; Win64; x64';
const MAC = 'Macintosh; Intel Mac OS X 10_15_7';
const SAFARI: readonly (readonly [string, string, number])[] = [
  ['26_1', '26.1', 4],
  ['26_0', '26.0', 6],
  ['18_7', '18.7', 6],
  ['18_6', '18.6', 3],
  ['18_5', '18.5', 2],
  ['17_6', '17.6', 1.5],
  ['16_7', '16.6', 0.7],
];
const ANDROID_DEVICES = (
  'SM-S928B SM-S921B SM-S918B SM-S911U SM-G991B SM-A546B SM-A556E SM-A145R SM-A346M SM-F731B ' +
  'Pixel_9 Pixel_9_Pro Pixel_8 Pixel_8a Pixel_7 Pixel_6a moto_g84_5G moto_g54 CPH2581 CPH2449 ' +
  '23117RA68G 2201117TG 23053RN02Y M2101K6G RMX3771 V2250 Nokia_G42 XQ-DQ54 LE2115 NE2213'
)
  .split(' ')
  .map((device) => device.replaceAll('_', ' '));

/** What people's browsers send: a few hundred distinct texts, the common ones far ahead. */
export const BROWSERS: readonly Entry[] = [...desktop(), ...phones(), ...inApps(), ...samsung()];

/** Crawlers, previews and tools. */
export const BOTS: readonly Entry[] = [
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 22],
  [
    'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.7390.122 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    12,
  ],
  ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 14],
  [
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot',
    16,
  ],
  [
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)',
    8,
  ],
  ['Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)', 7],
  ['Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)', 5],
  ['Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)', 3],
  ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 3],
  ['Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', 2],
  ['Twitterbot/1.0', 2],
  ['curl/8.7.1', 2],
  ['Wget/1.21.4', 1],
  ['python-requests/2.32.3', 2],
  ['Go-http-client/2.0', 2],
];

/** Scanners call themselves what they like, or nothing at all. */
export const SCANNERS: readonly Entry[] = [
  ['Mozilla/5.0 zgrab/0.x', 3],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.102 Safari/537.36',
    5,
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:83.0) Gecko/20100101 Firefox/83.0', 2],
  ['', 2],
];

export const MONITOR = 'Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)';

export const drawBrowser: (random: Random) => string = weighted(BROWSERS);
export const drawBot: (random: Random) => string = weighted(BOTS);
export const drawScanner: (random: Random) => string = weighted(SCANNERS);

function versions(newest: number, count: number): readonly (readonly [number, number])[] {
  return Array.from({ length: count }, (_, age) => [newest - age, 0.5 ** age] as const);
}

function desktop(): Entry[] {
  const entries: Entry[] = [];
  for (const [version, weight] of CHROME) {
    entries.push([chrome(WINDOWS, version), weight * 22], [chrome(MAC, version), weight * 12]);
    entries.push([chrome('X11; Linux x86_64', version), weight * 3]);
    entries.push([`${chrome(WINDOWS, version)} OPR/${version - 18}.0.0.0`, weight * 0.6]);
  }
  for (const [version, weight] of EDGE)
    entries.push([`${chrome(WINDOWS, version)} Edg/${version}.0.0.0`, weight * 7]);
  for (const [version, weight] of FIREFOX) {
    for (const [system, share] of [
      [WINDOWS, 3],
      ['Macintosh; Intel Mac OS X 10.15', 1.5],
      ['X11; Ubuntu; Linux x86_64', 1.5],
    ] as const) {
      entries.push([
        `Mozilla/5.0 (${system}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`,
        weight * share,
      ]);
    }
  }
  for (const [, version, weight] of SAFARI) entries.push([safari(MAC, version, 'Safari/605.1.15'), weight]);
  return entries;
}

function phones(): Entry[] {
  const entries: Entry[] = [];
  for (const [version, weight] of CHROME) {
    entries.push([chrome('Linux; Android 10; K', version, ' Mobile'), weight * 16]);
    entries.push([
      safari(
        'iPhone; CPU iPhone OS 18_7 like Mac OS X',
        '',
        `CriOS/${version}.0.7390.96 Mobile/15E148 Safari/604.1`,
      ),
      weight * 2,
    ]);
  }
  for (const [system, version, weight] of SAFARI) {
    entries.push([
      safari(`iPhone; CPU iPhone OS ${system} like Mac OS X`, version, 'Mobile/15E148 Safari/604.1'),
      weight * 2.5,
    ]);
    entries.push([
      safari(`iPad; CPU OS ${system} like Mac OS X`, version, 'Mobile/15E148 Safari/604.1'),
      weight * 0.3,
    ]);
  }
  return entries;
}

/** Browsers inside apps still name the device: the long tail of a real log. */
function inApps(): Entry[] {
  return ANDROID_DEVICES.flatMap((device, rank) =>
    CHROME.map(([version], age): Entry => {
      const system = `Linux; Android ${13 + ((rank + age) % 4)}; ${device} Build/UP1A.231005.007; wv`;
      return [
        `${chrome(system, version, ' Mobile', 'Version/4.0 ')} [FB_IAB/FB4A;FBAV/5${34 - age}.0.0.48.78;]`,
        (0.75 ** age * 2.5) / (rank + 4),
      ];
    }),
  );
}

function samsung(): Entry[] {
  return ANDROID_DEVICES.slice(0, 10).map((device, rank) => [
    chrome(`Linux; Android 15; ${device}`, 136, ' Mobile', 'SamsungBrowser/28.0 '),
    2 / (rank + 1),
  ]);
}

function chrome(system: string, version: number, mobile = '', before = ''): string {
  return `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) ${before}Chrome/${version}.0.0.0${mobile} Safari/537.36`;
}

function safari(system: string, version: string, end: string): string {
  const named = version === '' ? '' : `Version/${version} `;
  return `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) ${named}${end}`;
}
