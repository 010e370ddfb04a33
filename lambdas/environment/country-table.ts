import { createCountryTable } from '@sgraph-backbone/layer/logs';

/** Where the layer has the table. */
export const COUNTRY_TABLE = '/opt/country-table';

export type ReadFile = (path: string) => Uint8Array;

/**
 * The country of an address, by the table in the layer. It is read when the first log without a country column asks,
 * once in a process, since that takes a moment. Where there is no table, no country is known.
 */
export function countryTable(folder: string, readFile: ReadFile): (address: string) => string | undefined {
  let table: ((address: string) => string | undefined) | undefined;
  return (address) => {
    table ??= load(folder, readFile);
    return table(address);
  };
}

function load(folder: string, readFile: ReadFile): (address: string) => string | undefined {
  try {
    return createCountryTable({ ipv4: readFile(`${folder}/ipv4.csv`), ipv6: readFile(`${folder}/ipv6.csv`) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return () => undefined;
  }
}
