import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createCountryTable } from '@sgraph-backbone/layer/logs';

const PACKAGE = '@ip-location-db/geo-whois-asn-country';

let table: ((address: string) => string | undefined) | undefined;

/**
 * The country of an address from the offline table of @ip-location-db (CC0). It is loaded when the first
 * log without a country column asks, once in a process, since it takes a moment and some 15 MB.
 */
export function countryOf(address: string): string | undefined {
  table ??= load();
  return table(address);
}

function load(): (address: string) => string | undefined {
  const folder = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
  const file = (name: string) => readFileSync(join(folder, `geo-whois-asn-country-${name}-num.csv`));
  return createCountryTable({ ipv4: file('ipv4'), ipv6: file('ipv6') });
}
