import { drawAddress } from '../local/demo/address.ts';
import { drawBot, drawBrowser } from '../local/demo/agents.ts';
import type { LoggedRequest } from '../local/demo/log-line.ts';
import { drawOrigin } from '../local/demo/origins.ts';
import { BASE64URL, type Random } from '../local/demo/random.ts';
import { weighted, zipf } from '../local/demo/sampler.ts';
import { createPaths } from './paths.ts';

/** Tuesday, an ordinary working day; fixed, so that the files never change. */
export const BENCH_DAY = Date.UTC(2026, 2, 10);
export const DISTRIBUTION = 'E2BENCH0EXAMPLE';
const DOMAIN = 'd1b3nchexample.cloudfront.net';
const HOST = 'send.example.org';

interface Visitor {
  readonly address: string;
  readonly agent: string;
  readonly edge: string;
  readonly version: string;
}

/**
 * Draws the requests of one busy day. Addresses and paths are Zipf distributed
 * with the exponents of the measured profile (0.84 and 1.0).
 */
export function createTraffic(random: Random, lines: number): (finished: number) => LoggedRequest {
  const visitors = Array.from({ length: Math.max(100, Math.round(lines * 0.15)) }, () => drawVisitor(random));
  const visitorRank = zipf(visitors.length, 0.84);
  const drawPath = createPaths(random, lines);
  return (finished) => {
    const visitor = visitors[visitorRank(random)]!;
    const asked = drawPath(random);
    const left = random.chance(0.0015);
    const status = left ? '000' : asked.status;
    const failed = left || status >= '500';
    const result = failed ? 'Error' : asked.cacheable ? drawResult(random) : 'Miss';
    const bytes = left ? 0 : answerBytes(random, asked.medianBytes, status);
    const firstByte = Math.round(result === 'Miss' ? random.logNormal(110, 0.7) : random.logNormal(2, 0.9));
    const partial = status === '206';
    const start = partial && random.chance(0.5) ? random.integer(1 << 26) : 0;
    return {
      ...visitor,
      ...asked,
      finished,
      bytes,
      status,
      result,
      requestBytes: random.between(60, 700),
      port: random.between(1024, 65_535),
      requestId: random.text(BASE64URL, 56),
      responseResult: result,
      detailedResult: left ? 'ClientCommError' : failed ? 'OriginError' : result,
      domain: DOMAIN,
      host: HOST,
      protocol: 'https',
      timeTaken: firstByte + Math.round(bytes / random.logNormal(4000, 0.8)),
      firstByte,
      contentLength: left || status === '304' ? -1 : Math.max(0, bytes - 420),
      rangeStart: partial ? start : -1,
      rangeEnd: partial ? start + bytes : -1,
    };
  };
}

function drawVisitor(random: Random): Visitor {
  const origin = drawOrigin(random);
  return {
    address: drawAddress(random, origin, 0.25),
    agent: random.chance(0.12) ? drawBot(random) : drawBrowser(random),
    edge: random.pick(origin.edges),
    version: drawVersion(random),
  };
}

/** Shares of a genuine CloudFront hour. */
const drawResult = weighted([
  ['Hit', 0.85],
  ['Miss', 0.125],
  ['RefreshHit', 0.025],
] as const);

const drawVersion = weighted([
  ['HTTP/2.0', 0.58],
  ['HTTP/3.0', 0.36],
  ['HTTP/1.1', 0.06],
] as const);

function answerBytes(random: Random, median: number, status: string): number {
  const body = status === '200' || status === '206' ? random.logNormal(median, 1.4) : 120;
  return 420 + Math.round(body);
}
