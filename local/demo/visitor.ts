import { drawAddress } from './address.ts';
import { drawBrowser } from './agents.ts';
import type { Visitor } from './asked.ts';
import { drawOrigin, type Origin } from './origins.ts';
import type { Random } from './random.ts';
import { weighted } from './sampler.ts';

const IPV6_SHARE = 0.25;

/** Somebody with a browser, somewhere. */
export function drawVisitor(random: Random, origin: Origin = drawOrigin(random)): Visitor {
  return drawClient(random, origin, drawBrowser(random), drawVersion(random));
}

/** A client of any kind, from the origin's addresses, served by one of its edges. */
export function drawClient(random: Random, origin: Origin, agent: string, version: string): Visitor {
  const address = drawAddress(random, origin, IPV6_SHARE);
  return {
    address,
    country: origin.country,
    agent,
    edge: random.pick(origin.edges),
    version,
    protocol: 'https',
  };
}

export const drawVersion = weighted([
  ['HTTP/2.0', 0.58],
  ['HTTP/3.0', 0.36],
  ['HTTP/1.1', 0.06],
]);
