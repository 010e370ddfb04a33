import { existsSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { type Copied, copyStore } from '../copy-store.ts';
import { BadUsage, type Command, type Given } from './command.ts';
import { openKnownStore, STORE_OPTION } from './session.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: 'Writes a whole store into one zip archive, for a backup or to move it: restore reads it.',
  takes: '',
  options: {
    ...STORE_OPTION,
    to: { type: 'string', value: 'zip:file', meaning: 'the archive, which must not exist yet' },
    'with-secrets': {
      type: 'boolean',
      meaning: 'the identity secret and the keys of days as well: keep such an archive like a key',
    },
    json: { type: 'boolean', meaning: 'one line of JSON' },
  },
  examples: ['export --to zip:backup.zip', 'export --to zip:whole.zip --with-secrets'],
  run: runExport,
};

async function runExport(given: Given): Promise<number> {
  const file = archiveOf('export', 'to', given.text('to'));
  if (existsSync(file)) throw new BadUsage(`export: ${file} exists already; name another file`);
  const store = await openKnownStore(given.text('store'));
  try {
    const copied = await exportInto(file, store, given.flag('with-secrets'));
    process.stdout.write(given.flag('json') ? `${JSON.stringify(copied)}\n` : textOf(copied, file));
    return 0;
  } finally {
    await store.close();
  }
}

/** Under another name until it is whole: an export that fails leaves no archive that looks like one. */
async function exportInto(
  file: string,
  store: Parameters<typeof copyStore>[0],
  withSecrets: boolean,
): Promise<Copied> {
  const incomplete = `${file}.incomplete`;
  rmSync(incomplete, { force: true });
  const archive = await openStore(`zip:${incomplete}`);
  let copied: Copied;
  try {
    copied = await copyStore(store, archive, { withSecrets });
  } catch (error) {
    await archive.close();
    rmSync(incomplete, { force: true });
    throw error;
  }
  await archive.close();
  renameSync(incomplete, file);
  return copied;
}

/** The file of a `zip:` URL. Throws BadUsage. */
export function archiveOf(command: string, option: string, url: string | undefined): string {
  if (url?.startsWith('zip:') && url !== 'zip:') return resolve(url.slice('zip:'.length));
  const told = url === undefined ? 'is needed' : `is "${url}"`;
  throw new BadUsage(`${command}: --${option} ${told}; accepted: zip:<file>`);
}

function textOf({ objects, bytes, secrets }: Copied, file: string): string {
  const count = `${objects.toLocaleString('en')} objects, ${bytes.toLocaleString('en')} bytes, are in ${file}\n`;
  return secrets === 0 ? count : `${count}${LEFT_OUT}`;
}

const LEFT_OUT = `The store's secrets are left out. A store that is restored from this archive shows the same numbers, but does not
know again the logs that this one has read: it would count them once more, should they be delivered again under
another name, and visitors of days that are not over yet are told apart anew. --with-secrets takes them along.
`;
