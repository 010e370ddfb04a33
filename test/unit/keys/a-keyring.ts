import { createHash } from 'node:crypto';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { createKeyStore, type KeyStore } from '@sgraph-backbone/layer/keys';
import { type ApiKey, adminKey, createLog, knownKey } from '@sgraph-backbone/layer/runtime';
import type { ObjectStore } from '@sgraph-backbone/layer/store';

export const BOOTSTRAP_TEXT = 'the-key-of-the-deployment';
export const AT = Date.parse('2026-02-16T12:00:00Z');

export interface AKeyring {
  readonly data: ObjectStore;
  readonly clock: { now: number };
  readonly logged: string[];
  /** What the machine brought; tests replace it. */
  readonly brought: { text: string };
  readonly keys: KeyStore;
  /** Another process on the same store. */
  another(): KeyStore;
  /** Whether a text opens, without anybody using it. */
  opens(text: string, keys?: KeyStore): Promise<boolean>;
  /** As a request does. */
  use(text: string, keys?: KeyStore): Promise<void>;
}

export function aKeyring(data = memoryObjectStore()): AKeyring {
  const clock = { now: AT };
  const logged: string[] = [];
  const brought = { text: BOOTSTRAP_TEXT };
  // The same list as long as it is the same key, as servers and functions have it.
  const lists = new Map<string, ApiKey[]>();
  const keyOf = (text: string) => {
    const list = lists.get(text) ?? [adminKey(text)];
    lists.set(text, list);
    return list;
  };
  let count = 0;
  const another = () =>
    createKeyStore({
      data: () => data,
      bootstrap: () => keyOf(brought.text),
      now: () => clock.now,
      random: (bytes) => createHash('shake256', { outputLength: bytes }).update(String(count++)).digest(),
      log: createLog({ level: 'debug', write: (line) => void logged.push(line), now: () => clock.now }),
    });
  const keys = another();
  const found = async (text: string, store: KeyStore) => knownKey(text, await store.keyring());
  return {
    data,
    clock,
    logged,
    brought,
    keys,
    another,
    opens: async (text, store = keys) => (await found(text, store)) !== undefined,
    use: async (text, store = keys) => await (await found(text, store))?.used?.(),
  };
}

/** Every byte of a store as text. */
export async function everythingIn(data: ObjectStore): Promise<string> {
  let all = '';
  for await (const row of data.list('')) {
    if ('prefix' in row) continue;
    all += `${row.key}\n${Buffer.from((await data.get(row.key))!.bytes).toString('latin1')}\n`;
  }
  return all;
}
