import { FIELD_NAMES } from '@sgraph-backbone/layer/logs';
import { nearestOf } from '@sgraph-backbone/layer/runtime';
import { BadUsage, type Given } from './command.ts';

/**
 * What `--fields` says. A name that CloudFront may have added since is taken; one that is nearly a known one is
 * a slip, which would show only as columns that mean something else. Throws BadUsage.
 */
export function fieldsOf(given: Given): readonly string[] | undefined {
  const fields = given
    .text('fields')
    ?.split(',')
    .map((name) => name.trim());
  for (const name of fields ?? []) {
    if (!/^[A-Za-z0-9()_-]+$/.test(name))
      throw new BadUsage(`import: --fields has "${name}"; accepted: names of fields, separated by commas`);
    const nearest = nearestOf(name, FIELD_NAMES);
    if (nearest !== undefined && !FIELD_NAMES.includes(name))
      throw new BadUsage(`import: --fields has "${name}". Did you mean ${nearest}?`);
  }
  return fields;
}

/** What `--feed` says. Throws BadUsage. */
export function kindOf(given: Given): 'standard' | 'realtime' | undefined {
  const kind = given.text('feed');
  if (kind === undefined || kind === 'standard' || kind === 'realtime') return kind;
  throw new BadUsage(`import: --feed is "${kind}"; accepted: standard, realtime`);
}
