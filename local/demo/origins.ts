import { weighted } from './sampler.ts';

/** A country that visitors come from: where its addresses lie and which edges serve it. */
export interface Origin {
  readonly country: string;
  readonly weight: number;
  /** First two octets of a run of IPv4 /16 networks, and how many there are. */
  readonly ipv4: readonly [first: number, second: number, networks: number];
  /** An IPv6 prefix of two groups. */
  readonly ipv6: string;
  readonly edges: readonly string[];
  /** Offset of its clocks from UTC in hours, for the rhythm of day and night. */
  readonly clock: number;
}

/**
 * Large provider networks, so that the offline country table knows every address drawn from them;
 * the hosts inside are drawn at random and belong to nobody in particular.
 */
export const ORIGINS: readonly Origin[] = [
  origin('GB', 22, [86, 128, 64], '2a08:0', 'LHR50-P2 LHR61-C1 LHR62-P4 MAN51-C1 EDI52-P1', 0),
  origin(
    'US',
    21,
    [28, 0, 256],
    '2630:0',
    'IAD89-C3 IAD66-C1 JFK50-P3 ORD58-C2 DFW56-P1 LAX50-C1 SFO5-P1 SEA19-C1',
    -6,
  ),
  origin('DE', 12, [84, 128, 64], '2003:c0', 'FRA60-C1 FRA56-P7 HAM50-P2 MUC50-P1 TXL50-P1', 1),
  origin('PT', 9, [85, 240, 8], '2a01:8', 'LIS50-C1 LIS50-P1', 0),
  origin('FR', 7, [90, 0, 64], '2a01:cde1', 'CDG52-P1 CDG50-C1 MRS52-P2', 1),
  origin('NL', 5, [145, 134, 42], '2001:1c00', 'AMS58-P3 AMS1-C1', 1),
  origin('IN', 5, [117, 192, 64], '240a:e000', 'BOM78-P4 DEL54-P2 MAA50-C1', 5.5),
  origin('BR', 4, [179, 110, 64], '2804:d40', 'GRU3-P2 GIG51-C1', -3),
  origin('CA', 3, [99, 208, 48], '2631:1000', 'YTO50-C1 YUL62-C1', -5),
  origin('ES', 3, [88, 0, 32], '2a02:9000', 'MAD56-P1 MAD51-C1', 1),
  origin('JP', 2.5, [126, 53, 128], '2400:2000', 'NRT54 NRT57-P2 KIX56-C1', 9),
  origin('AU', 2, [1, 120, 40], '2001:8000', 'SYD62-P1 MEL52-C1', 10),
  origin('SE', 1.5, [90, 224, 16], '2001:20b1', 'ARN54-P1', 1),
  origin('PL', 1.5, [83, 0, 32], '2a01:1000', 'WAW51-P1', 1),
  origin('ZA', 1, [41, 0, 32], '2c0e:2000', 'JNB50-C1', 2),
  origin('KR', 0.5, [121, 128, 64], '2400:0', 'ICN57-P1', 9),
];

export const drawOrigin = weighted(ORIGINS.map((each) => [each, each.weight] as const));

function origin(
  country: string,
  weight: number,
  ipv4: Origin['ipv4'],
  ipv6: string,
  edges: string,
  clock: number,
): Origin {
  return { country, weight, ipv4, ipv6, edges: edges.split(' '), clock };
}
