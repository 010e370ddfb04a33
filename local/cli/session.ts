import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { Store } from '@sgraph-backbone/layer/store';
import { createSession, type Session } from '../session.ts';

export type { Session };

/** A store that is only to be read or corrected, and is not there. */
export class NoStore extends Error {
  override readonly name = 'NoStore';

  constructor(url: string) {
    super(`${storePlace(url)}: there is no store; import makes one, --store names another`);
  }
}

export const STORE_OPTION = {
  store: {
    type: 'string',
    value: 'url',
    meaning:
      'where the data is: disk:<folder> or s3://<bucket>[/<prefix>][?observability=<bucket>] (default: disk:.backbone)',
  },
} as const;

export const DEFAULT_STORE = 'disk:.backbone';

/** The store of a command: `--store`, else BACKBONE_STORE, else the default. */
export function storeUrl(url: string | undefined): string {
  return url ?? (process.env.BACKBONE_STORE || DEFAULT_STORE);
}

/** The URL, and on disk the folder as it is looked for. */
export function storePlace(url: string): string {
  const folder = folderOnDisk(url);
  return folder === undefined ? url : `${url} (${folder})`;
}

// Where looking is forbidden, that is the fault, and not that nothing is there.
const NOTHING_IS_NONE = { throwIfNoEntry: false } as const;

/** Opens the store of a command that makes none: a slip in its name leaves no folder behind. Throws NoStore. */
export async function openKnownStore(given: string | undefined): Promise<Store> {
  const url = storeUrl(given);
  const folder = folderOnDisk(url);
  if (folder !== undefined && !statSync(`${folder}/data`, NOTHING_IS_NONE)) throw new NoStore(url);
  return openStore(url);
}

function folderOnDisk(url: string): string | undefined {
  const folder = url.startsWith('disk:') ? url.slice('disk:'.length) : '';
  return folder === '' ? undefined : resolve(folder);
}

/** Opens the store of a URL for one command, which makes it if it is not there. */
export async function openSession(url: string | undefined): Promise<Session> {
  return createSession(await openStore(storeUrl(url)));
}

/** The same for what can't be asked of a store that is not there. Throws NoStore. */
export async function openKnownSession(url: string | undefined): Promise<Session> {
  return createSession(await openKnownStore(url));
}
