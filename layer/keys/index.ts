export { grantable } from './grantable.ts';
export { type Change, type KeyRequest, MOST_KEYS } from './key-changes.ts';
export { KEYS_OBJECT, KeysDamaged } from './key-document.ts';
export {
  BOOTSTRAP,
  createKeyStore,
  type GivenKey,
  KEYRING_AGE,
  type KeyStore,
  type KeyStoreOptions,
} from './key-store.ts';
export type { ShownKey } from './shown-key.ts';
