import type { Origin } from './origins.ts';
import type { Random } from './random.ts';

/** An address of this country, IPv6 with the given probability, in the spelling that CloudFront uses. */
export function drawAddress(random: Random, origin: Origin, ipv6Share: number): string {
  return random.chance(ipv6Share) ? drawIpv6(random, origin) : drawIpv4(random, origin);
}

function drawIpv4(random: Random, { ipv4: [first, second, networks] }: Origin): string {
  const network = first * 256 + second + random.integer(networks);
  return `${network >> 8}.${network & 255}.${random.integer(256)}.${random.between(1, 254)}`;
}

/** Privacy addresses: a random half after a random subnet. Groups never begin with zero, so nothing is to be compressed. */
function drawIpv6(random: Random, { ipv6 }: Origin): string {
  const group = () => random.between(0x1000, 0xffff).toString(16);
  return `${ipv6}:${group()}:${group()}:${group()}:${group()}:${group()}:${group()}`;
}
