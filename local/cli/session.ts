import { openStore } from '@sgraph-backbone/layer/drivers';
import { createSession, type Session } from '../session.ts';

export type { Session };

export const STORE_OPTION = {
  store: {
    type: 'string',
    value: 'url',
    meaning: 'where the data is: disk:<folder> or s3://<bucket>/<prefix> (default: disk:.backbone)',
  },
} as const;

export const DEFAULT_STORE = 'disk:.backbone';

/** The store of a command: `--store`, else BACKBONE_STORE, else the default. */
export function storeUrl(url: string | undefined): string {
  return url ?? (process.env.BACKBONE_STORE || DEFAULT_STORE);
}

/** Opens the store of a URL for one command. */
export async function openSession(url: string | undefined): Promise<Session> {
  return createSession(await openStore(storeUrl(url)));
}
