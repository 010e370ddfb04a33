import { BOTS, drawScanner, MONITOR } from './agents.ts';
import type { Visitor } from './asked.ts';
import { ORIGINS } from './origins.ts';
import type { Random } from './random.ts';
import { weighted } from './sampler.ts';
import { drawPage, page } from './site.ts';
import { drawClient } from './visitor.ts';
import type { Wish } from './visits.ts';

const HOUR = 3_600_000;
const UNITED_STATES = ORIGINS.find(({ country }) => country === 'US')!;
const PROBES = [
  '/wp-login.php',
  '/.env',
  '/.git/config',
  '/xmlrpc.php',
  '/wp-admin/setup-config.php',
  '/phpmyadmin/index.php',
  '/.aws/credentials',
  '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
  '/actuator/env',
  '/.DS_Store',
  '/config.json',
  '/cgi-bin/luci',
];

/** Crawlers come at any hour: robots.txt first, then some pages, unhurried. */
export function crawls(random: Random, day: number, count: number): Wish[] {
  return Array.from({ length: count }, () => crawl(random, day + random.integer(24 * HOUR))).flat();
}

/** Scanners run through their list, or ask for one thing and go. */
export function scans(random: Random, day: number, count: number): Wish[] {
  return Array.from({ length: count }, () => scan(random, day + random.integer(24 * HOUR))).flat();
}

/** An uptime check every five minutes, from three places in turn; the same three every day. */
export function checks(seeded: Random, day: number): Wish[] {
  const places = Array.from({ length: 3 }, () => drawClient(seeded, UNITED_STATES, MONITOR, 'HTTP/1.1'));
  return Array.from({ length: 288 }, (_, turn) => ({
    at: day + turn * 300_000 + 4_217,
    visitor: places[turn % 3]!,
    asked: { ...page('/'), method: 'HEAD' },
  }));
}

function crawl(random: Random, start: number): Wish[] {
  const visitor = drawClient(random, UNITED_STATES, drawCrawler(random), 'HTTP/1.1');
  let at = start;
  const wishes: Wish[] = [
    { at, visitor, asked: { ...page('/robots.txt'), contentType: 'text/plain', medianBytes: 120 } },
  ];
  for (let left = random.between(2, 12); left > 0; left--) {
    at += 2000 + Math.round(random.exponential(15_000));
    const gone = random.chance(0.05);
    const path = gone ? '/en-gb/blog/' : drawPage(random, random.pick(['en-gb', 'en-us', 'pt-pt', 'de-de']));
    wishes.push({ at, visitor, asked: { ...page(path), status: gone ? '404' : '200' } });
  }
  return wishes;
}

function scan(random: Random, start: number): Wish[] {
  const visitor: Visitor = {
    ...drawClient(random, random.pick(ORIGINS), drawScanner(random), 'HTTP/1.1'),
    protocol: random.chance(0.3) ? 'http' : 'https',
  };
  const paths = random.chance(0.7) ? [random.pick(PROBES)] : PROBES;
  return paths.map((path, index) => ({
    at: start + index * 350 + random.integer(200),
    visitor,
    asked: { ...page(path), status: path.startsWith('/.') ? '403' : '404', medianBytes: 900 },
  }));
}

const drawCrawler = weighted(BOTS);
