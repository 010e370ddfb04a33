import { drawBot } from '../local/demo/agents.ts';
import { logRequest, type Site, type Visitor } from '../local/demo/asked.ts';
import type { LoggedRequest } from '../local/demo/log-line.ts';
import { drawOrigin } from '../local/demo/origins.ts';
import type { Random } from '../local/demo/random.ts';
import { zipf } from '../local/demo/sampler.ts';
import { drawClient, drawVersion, drawVisitor } from '../local/demo/visitor.ts';
import { createPaths } from './paths.ts';

/** Tuesday, an ordinary working day; fixed, so that the files never change. */
export const BENCH_DAY = Date.UTC(2026, 2, 10);

export const BENCH_SITE: Site = {
  distribution: 'E2BENCHEXAMPLE',
  domain: 'd1b3nchexample.cloudfront.net',
  host: 'send.example.org',
};

/**
 * Draws the requests of one busy day. Addresses and paths are Zipf distributed
 * with the exponents of the measured profile (0.84 and 1.0).
 */
export function createTraffic(random: Random, lines: number): (finished: number) => LoggedRequest {
  const visitors = Array.from({ length: Math.max(100, Math.round(lines * 0.15)) }, () => drawAnyone(random));
  const drawRank = zipf(visitors.length, 0.84);
  const drawPath = createPaths(random, lines);
  return (finished) =>
    logRequest(random, BENCH_SITE, visitors[drawRank(random)]!, drawPath(random), finished);
}

function drawAnyone(random: Random): Visitor {
  if (random.chance(0.88)) return drawVisitor(random);
  return drawClient(random, drawOrigin(random), drawBot(random), drawVersion(random));
}
