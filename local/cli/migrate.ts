import { migrateStore, WrongStoreFormat } from '@sgraph-backbone/layer/settings';
import { BadUsage, type Command, type Given } from './command.ts';
import { openKnownStore, STORE_OPTION } from './session.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Brings the store of an older Backbone to the format of this one.',
  takes: '',
  options: { ...STORE_OPTION },
  examples: ['migrate', 'migrate --store disk:/var/lib/backbone'],
  run: runMigrate,
};

async function runMigrate(given: Given): Promise<number> {
  const store = await openKnownStore(given.text('store'));
  try {
    const { from, to } = await migrateStore(store.data);
    const text =
      from === to ? `the store has format ${to}: nothing to do` : `migrated from format ${from} to ${to}`;
    process.stdout.write(`${text}\n`);
    return 0;
  } catch (error) {
    if (error instanceof WrongStoreFormat) throw new BadUsage(`migrate: ${error.message}`);
    throw error;
  } finally {
    await store.close();
  }
}
