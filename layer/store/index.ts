export { abreast } from './abreast.ts';
export type { CompareAndSetOptions } from './compare-and-set.ts';
export { compareAndSet } from './compare-and-set.ts';
export { BadStoreInput, Conflict, StoreFailed } from './errors.ts';
export type { JsonPutOptions } from './json.ts';
export { NotJson, readJson, writeJson } from './json.ts';
export { checkKey, checkPrefix, compareKeys, KEY_BYTES } from './key.ts';
export { NAMESPACES, OBSERVABILITY, ROOT } from './namespaces.ts';
export type {
  GetOptions,
  Listed,
  ListOptions,
  ObjectInfo,
  ObjectStore,
  PutOptions,
  Store,
  StoredObject,
} from './object-store.ts';
export type { Pieces } from './pieces.ts';
export { readPieces } from './pieces.ts';
export { prefixed } from './prefixed.ts';
export { resolveRange } from './range.ts';
export { type RememberedOptions, remembered } from './remembered.ts';
