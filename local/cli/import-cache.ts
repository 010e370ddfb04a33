import { randomUUID } from 'node:crypto';
import { createCache } from '@sgraph-backbone/layer/cache';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { checkStoreFormat } from '@sgraph-backbone/layer/settings';
import { type ImportedCache, importCache } from '../import-cache/import-cache.ts';
import { openOldCache } from '../import-cache/old-cache.ts';
import type { Remark } from '../import-cache/old-entries.ts';
import { BadUsage, type Command, type Given } from './command.ts';
import { STORE_OPTION, storeUrl } from './session.ts';

export const importCacheCommand: Command = {
  name: 'import-cache',
  summary: 'Takes a store of the MGraph-AI Cache Service over: ids, hashes, order of versions, child data.',
  takes: '<folder|s3://bucket/prefix>',
  options: {
    ...STORE_OPTION,
    json: { type: 'boolean', meaning: 'one line of JSON' },
  },
  examples: [
    'import-cache /var/lib/old-cache',
    'import-cache s3://mgraph-ai-cache --store s3://backbone-data',
  ],
  run: runImportCache,
};

async function runImportCache(given: Given): Promise<number> {
  const [place, ...others] = given.positionals;
  if (place === undefined || others.length > 0)
    throw new BadUsage('import-cache: name one folder or s3://<bucket>[/<prefix>]');
  const old = await openOldCache(place);
  try {
    const store = await openStore(storeUrl(given.text('store')));
    try {
      await checkStoreFormat(store.data);
      const cache = createCache({ data: store.data, now: Date.now, newId: randomUUID });
      const imported = await importCache(old, cache);
      process.stdout.write(given.flag('json') ? `${JSON.stringify(imported)}\n` : textOf(imported));
      return imported.remarks.some(({ kind }) => kind === 'not-taken') ? 2 : 0;
    } finally {
      await store.close();
    }
  } finally {
    old.close();
  }
}

const MOST_LINES = 20;

const MEANINGS: Readonly<Record<Remark['kind'], string>> = {
  'found-again': 'found again',
  gone: 'gone',
  damaged: 'damaged',
  'not-taken': 'not taken',
};

function textOf({ namespaces, entries, hashes, childFiles, remarks }: ImportedCache): string {
  const n = (value: number) => value.toLocaleString('en');
  const counts = `${n(entries)} entries under ${n(hashes)} hashes in ${n(namespaces)} namespaces, ${n(childFiles)} files of child data\n`;
  const lines = [...Map.groupBy(remarks, ({ kind }) => kind)].flatMap(([kind, same]) => {
    const shown = same
      .slice(0, MOST_LINES)
      .map(({ file, reason }) => `${MEANINGS[kind]}: ${file}: ${reason}\n`);
    const more = same.length - shown.length;
    return more > 0 ? [...shown, `… and ${n(more)} more ${MEANINGS[kind]} (--json has all)\n`] : shown;
  });
  return [counts, ...lines].join('');
}
