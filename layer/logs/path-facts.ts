import { numberOf } from './byte-table.ts';
import { idOf } from './dictionary.ts';
import { decodedPath, keptPath } from './path.ts';
import { probeRule } from './probes.ts';
import type { Tables } from './tables.ts';
import { grown, LONGEST_VALUE } from './text-column.ts';

/** The number of a path's spelling; its facts are known afterwards. */
export function pathNumber(
  tables: Tables,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): number {
  const { paths } = tables;
  const cut = Math.min(end, start + LONGEST_VALUE);
  const size = paths.table.size;
  const number = numberOf(paths.table, view, start, cut);
  if (number === size) learnPath(tables, number, bytes, start, cut);
  return number;
}

function learnPath(tables: Tables, number: number, bytes: Uint8Array, start: number, end: number): void {
  const { paths, dictionaries, settings } = tables;
  if (number >= paths.ids.length) {
    paths.ids = grown(paths.ids, number);
    paths.probes = grown(paths.probes, number);
  }
  const decoded = decodedPath(bytes, start, end);
  paths.ids[number] = idOf(dictionaries.cs_uri_stem, keptPath(decoded, settings.rules));
  paths.probes[number] = idOf(dictionaries.rule, probeRule(decoded) ?? '');
}
