export { BadStoreInput, Conflict } from './errors.ts';
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
