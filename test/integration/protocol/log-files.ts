import { gzipSync } from 'node:zlib';
import { seededRandom } from '../../stores/index.ts';

const FIELDS =
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query';
const AGENTS = [
  'Mozilla/5.0%20(Windows%20NT%2010.0;%20Win64;%20x64)%20AppleWebKit/537.36%20(KHTML,%20like%20Gecko)%20Chrome/120.0.0.0%20Safari/537.36',
  'Mozilla/5.0%20(compatible;%20Googlebot/2.1;%20+http://www.google.com/bot.html)',
  'curl/8.0',
];
const PATHS = ['/', '/index.html', '/send/', '/api/config', '/.env', '/transfers/complete/abc'];

/** One request, epoch ms of its end. */
export function line(time: number, random: () => number): string {
  const [date, clock] = new Date(time).toISOString().slice(0, 19).split('T');
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  const address = `192.0.2.${1 + Math.floor(random() * 20)}`;
  const bytes = 100 + Math.floor(random() * 10_000);
  const status = pick(['200', '200', '200', '304', '404', '500']);
  return [
    date,
    clock,
    pick(['LIS50-C1', 'FRA2']),
    bytes,
    address,
    'GET',
    'd1.cloudfront.net',
    pick(PATHS),
    status,
    '-',
    pick(AGENTS),
    pick(['-', 'utm_source=mail', 'token=community-x']),
  ].join('\t');
}

/** A log file of these lines, as CloudFront packs them. */
export function logFile(lines: readonly string[]): Uint8Array {
  return gzipSync(`#Version: 1.0\n#Fields: ${FIELDS}\n${lines.join('\n')}\n`);
}

/** Lines at random times of a span. */
export function linesBetween(count: number, from: number, to: number, seed: number): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => line(from + Math.floor(random() * (to - from)), random));
}
