import { type ApiKey, HttpError, type Keyring, keyHash, type Log } from '@sgraph-backbone/layer/runtime';
import { compareAndSet, type ObjectStore } from '@sgraph-backbone/layer/store';
import {
  addKey,
  type Change,
  foundKey,
  type KeyRequest,
  noteUse,
  removeKey,
  retireNow,
  retireWhenUsed,
  rotateKey,
} from './key-changes.ts';
import { checkedKeys, KEYS_OBJECT, type KeyDocument, openKeys, readKeys, sameUntil } from './key-document.ts';
import { freshKey, type Random } from './key-text.ts';
import { type ShownKey, shownBootstrap, shownKey } from './shown-key.ts';

/** How long what was read of the keys is used, ms: as long a key that was taken away elsewhere still opens. */
export const KEYRING_AGE = 60_000;

/** Id of the key that the machine or the deployment brought. */
export const BOOTSTRAP = 'bootstrap';

export interface KeyStoreOptions {
  /** Of the real site, also while a demo is shown. */
  readonly data: () => ObjectStore | Promise<ObjectStore>;
  /** The admin key that the machine or the deployment brought. */
  readonly bootstrap: Keyring;
  /** Epoch ms. */
  readonly now: () => number;
  readonly random: Random;
  readonly log: Log;
}

/** What a change answered. */
export interface GivenKey {
  readonly shown: ShownKey;
  /** The text of the key: it is shown once and kept nowhere. */
  readonly text: string;
}

export interface KeyStore {
  /** What opens now; what this process has changed counts at once, what others have within a minute. */
  readonly keyring: Keyring;
  list(): Promise<readonly ShownKey[]>;
  /** Throws 409. */
  create(request: KeyRequest, change: Change): Promise<GivenKey>;
  /** Gives a key a new text; the old one opens for `grace` ms. Throws 404, 409. */
  rotate(id: string, grace: number, change: Change): Promise<GivenKey>;
  /** Throws 404, and 409 for the last one that can manage the others. Answers what it was. */
  remove(id: string, by: ApiKey): Promise<ShownKey>;
}

/** The keys of a store, and the keyring that requests are checked against. */
export function createKeyStore(options: KeyStoreOptions): KeyStore {
  const { data, bootstrap, now, random } = options;
  const known = rememberedKeys(options);
  /** By hash: the last day that this process has kept. */
  const noted = new Map<string, string>();

  const change = async (changed: (document: KeyDocument) => KeyDocument | undefined) => {
    const store = await data();
    const value = await compareAndSet<unknown>(store, KEYS_OBJECT, (current) =>
      changed(checkedKeys(current)),
    );
    known.forget();
    return checkedKeys(value);
  };
  const used = async (key: ApiKey & { readonly id: string }, lastUsed: string | null, isWaited: boolean) => {
    const day = new Date(now()).toISOString().slice(0, 10);
    if (noted.get(key.hash) === day || (!isWaited && lastUsed !== null && lastUsed >= day)) return;
    noted.set(key.hash, day);
    try {
      await change((document) => noteUse(document, key, day));
    } catch (error) {
      noted.delete(key.hash);
      options.log.warn('that a key was used could not be kept', { key: key.id, error });
    }
  };
  const opened = rememberedList(now, (document, brought) =>
    openKeys(document, brought, now()).map(({ stored, ...key }) => {
      if (stored === undefined) return key;
      const isWaited = document.retired.some(({ until_used }) => until_used === key.hash);
      return { ...key, used: () => used({ ...key, id: stored.id }, stored.last_used, isWaited) };
    }),
  );
  const keyring = async () => opened(...(await Promise.all([known.read(), bootstrap()])));

  return {
    keyring,
    list: async () => {
      const [document, brought] = await Promise.all([readKeys(await data()), bootstrap()]);
      return [
        ...brought.map((key) => shownBootstrap(document, key, now())),
        ...document.keys.map((key) => shownKey(key, now())),
      ];
    },
    create: async (request, by) => {
      const { id, text } = freshKey(random);
      const after = await change((document) => addKey(document, { id, hash: keyHash(text) }, request, by));
      return { shown: shownKey(foundKey(after, id), by.at), text };
    },
    rotate: async (id, grace, by) => {
      const until = by.at + grace;
      if (id === BOOTSTRAP) return rotateBootstrap(await brought(bootstrap), until, by);
      const { text } = freshKey(random, id);
      const after = await change((document) =>
        rotateKey(document, { id, hash: keyHash(text) }, until, by.at),
      );
      return { shown: shownKey(foundKey(after, id), by.at), text };
    },
    remove: async (id, by) => {
      const all = await bootstrap();
      if (id === BOOTSTRAP) return removeBootstrap(await brought(bootstrap), all, by);
      let removed: ShownKey | undefined;
      await change((document) => {
        removed = shownKey(foundKey(document, id), now());
        return removeKey(document, id, all);
      });
      return removed!;
    },
  };

  /** A stored key with the same name takes over; one that took over before is rotated with it. */
  async function rotateBootstrap(key: ApiKey, until: number, by: Change): Promise<GivenKey> {
    const fresh = freshKey(random);
    let id = fresh.id;
    let text = fresh.text;
    const after = await change((document) => {
      const heir = document.keys.find(({ name }) => name === key.name);
      id = heir?.id ?? fresh.id;
      text = heir === undefined ? fresh.text : freshKey(random, id).text;
      const hash = keyHash(text);
      const request = { name: key.name, scopes: key.scopes, expires_at: null };
      const next =
        heir === undefined
          ? addKey(document, { id, hash }, request, by)
          : rotateKey(document, { id, hash }, until, by.at);
      return retireWhenUsed(next, key, until, hash);
    });
    return { shown: shownKey(foundKey(after, id), by.at), text };
  }

  /** Only with another key: whoever asks for it holds one that stays. */
  async function removeBootstrap(key: ApiKey, all: readonly ApiKey[], by: ApiKey): Promise<ShownKey> {
    if (by.id === undefined) {
      const message =
        'the key of the deployment is taken away with another admin key, so that somebody holds one';
      throw new HttpError(409, 'needs_another_key', message);
    }
    const after = await change((document) => retireNow(document, key, all, now()));
    return shownBootstrap(after, key, now());
  }
}

async function brought(bootstrap: Keyring): Promise<ApiKey> {
  const [key] = await bootstrap();
  if (key !== undefined) return key;
  throw new HttpError(404, 'not_found', 'no key came with this deployment');
}

/** What the store holds, read at most once a minute and by one request of those that wait. */
function rememberedKeys({ data, now }: KeyStoreOptions) {
  let known: { readonly document: Promise<KeyDocument>; readonly read: number } | undefined;
  return {
    read: (): Promise<KeyDocument> => {
      if (known !== undefined && now() - known.read < KEYRING_AGE) return known.document;
      const mine = { document: Promise.resolve(data()).then(readKeys), read: now() };
      known = mine;
      mine.document.catch(() => {
        if (known === mine) known = undefined;
      });
      return mine.document;
    },
    forget: () => {
      known = undefined;
    },
  };
}

type OpenList = (document: KeyDocument, brought: readonly ApiKey[]) => readonly ApiKey[];

/** The same list as long as it is made of the same and no instant of a key has come: requests compare with it as it is. */
function rememberedList(now: () => number, make: OpenList): OpenList {
  let last:
    | { readonly of: Parameters<OpenList>; readonly until: number; readonly keys: readonly ApiKey[] }
    | undefined;
  return (document, brought) => {
    if (last?.of[0] === document && last.of[1] === brought && now() < last.until) return last.keys;
    last = { of: [document, brought], until: sameUntil(document, now()), keys: make(document, brought) };
    return last.keys;
  };
}
