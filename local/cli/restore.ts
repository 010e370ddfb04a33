import { existsSync } from 'node:fs';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { copyStore, NotTheSameStore } from '../copy-store.ts';
import { BadUsage, COMMAND, type Command, type Given } from './command.ts';
import { archiveOf } from './export.ts';
import { STORE_OPTION, storeUrl } from './session.ts';

export const restoreCommand: Command = {
  name: 'restore',
  summary:
    'Fills an empty store from an archive that export has written; broken off, it goes on when run again.',
  takes: '',
  options: {
    ...STORE_OPTION,
    from: { type: 'string', value: 'zip:file', meaning: 'the archive' },
    json: { type: 'boolean', meaning: 'one line of JSON' },
  },
  examples: ['restore --from zip:backup.zip --store sqlite:restored.sqlite'],
  run: runRestore,
};

async function runRestore(given: Given): Promise<number> {
  const file = archiveOf('restore', 'from', given.text('from'));
  const url = storeUrl(given.text('store'));
  if (!existsSync(file)) throw new BadUsage(`restore: ${file} is not there`);
  const archive = await openStore(`zip:${file}`);
  try {
    const store = await openStore(url);
    try {
      const { secrets: _, ...copied } = await copyStore(archive, store, { withSecrets: true });
      const text = `${copied.objects.toLocaleString('en')} objects restored, ${copied.already.toLocaleString('en')} were there\nCheck it:  ${COMMAND} verify --store ${url}\n`;
      process.stdout.write(given.flag('json') ? `${JSON.stringify(copied)}\n` : text);
      return 0;
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof NotTheSameStore) throw new BadUsage(`restore: ${error.message}`);
    throw error;
  } finally {
    await archive.close();
  }
}
