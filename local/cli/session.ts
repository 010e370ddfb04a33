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
      'where the data is: disk:<folder>, sqlite:<file>, zip:<file> or s3://<bucket>[/<prefix>][?observability=<bucket>] (default: disk:.backbone)',
  },
} as const;

export const DEFAULT_STORE = 'disk:.backbone';

/** The store of a command: `--store`, else BACKBONE_STORE, else the default. */
export function storeUrl(url: string | undefined): string {
  return url ?? (process.env.BACKBONE_STORE || DEFAULT_STORE);
}

/** The URL, and on this machine the folder or file as it is looked for. */
export function storePlace(url: string): string {
  const path = pathOf(url);
  return path === undefined ? url : `${url} (${path})`;
}

// Where looking is forbidden, that is the fault, and not that nothing is there.
const NOTHING_IS_NONE = { throwIfNoEntry: false } as const;

/** Opens the store of a command that makes none: a slip in its name leaves nothing behind. Throws NoStore. */
export async function openKnownStore(given: string | undefined): Promise<Store> {
  const url = storeUrl(given);
  const path = pathOf(url);
  const made = url.startsWith('disk:') ? `${path}/data` : path;
  if (made !== undefined && !statSync(made, NOTHING_IS_NONE)) throw new NoStore(url);
  return openStore(url);
}

function pathOf(url: string): string | undefined {
  const [, path = ''] = /^(?:disk|sqlite|zip):(.*)$/s.exec(url) ?? [];
  return path === '' ? undefined : resolve(path);
}

/** Opens the store of a URL for one command, which makes it if it is not there. */
export async function openSession(url: string | undefined): Promise<Session> {
  return createSession(await openStore(storeUrl(url)));
}

/** The same for what can't be asked of a store that is not there. Throws NoStore. */
export async function openKnownSession(url: string | undefined): Promise<Session> {
  return createSession(await openKnownStore(url));
}
