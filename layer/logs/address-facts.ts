import { canonicalFromBytes } from './address.ts';
import { numberOf } from './byte-table.ts';
import * as forms from './closed-forms.ts';
import { idOf } from './dictionary.ts';
import type { Tables } from './tables.ts';
import { grown } from './text-column.ts';

/** The number of an address's spelling; −1 if the field holds no address. */
export function addressNumber(
  tables: Tables,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): number {
  const { addresses } = tables;
  // No spelling of an address is longer than 45 characters.
  if (end - start > 45 || end - start < 2) return -1;
  const size = addresses.table.size;
  const number = numberOf(addresses.table, view, start, end);
  if (number === size) learnAddress(tables, number, bytes, start, end);
  return addresses.countries[number]! < 0 ? -1 : number;
}

function learnAddress(tables: Tables, number: number, bytes: Uint8Array, start: number, end: number): void {
  const { addresses, dictionaries, settings } = tables;
  if (number >= addresses.countries.length) {
    addresses.countries = grown(addresses.countries, number);
    addresses.excluded = grown(addresses.excluded, number);
  }
  const canonical = canonicalFromBytes(bytes, start, end);
  addresses.canonical[number] = canonical;
  if (canonical === undefined) {
    addresses.countries[number] = -1;
    return;
  }
  const country = settings.country?.(canonical);
  addresses.countries[number] = country ? idOf(dictionaries.c_country, forms.country(country)) : 0;
  addresses.excluded[number] = settings.excludeAddress?.(canonical) ? 1 : 0;
}
