import { HttpError } from '@sgraph-backbone/layer/runtime';
import { knownTokenName, readToken, type TokenRecord, UnknownToken } from '@sgraph-backbone/layer/tokens';
import type { AdminContext } from '../admin-source.ts';
import { shownTokens } from './token-store.ts';

/** The name in an address. Throws 404 where no token can be called so. */
export function namedToken(text: string): string {
  const name = knownTokenName(text);
  if (name !== undefined) return name;
  throw new HttpError(404, 'not_found', 'there is no token of this name, and none can be called so');
}

/** The record of a token, and the store that its uses are in. Throws 404. */
export async function shownRecord({ source, now }: AdminContext, text: string) {
  const name = namedToken(text);
  const opened = await source();
  const data = await shownTokens(opened, now());
  const record: TokenRecord | undefined = await readToken(data, name);
  if (record === undefined) throw new UnknownToken(name);
  return { opened, data, record };
}
