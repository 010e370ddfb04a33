export { aliasObject } from './adopting.ts';
export { createCache } from './cache.ts';
export { cacheIdOfPlace } from './cache-id.ts';
export type {
  AdoptRequest,
  AliasRequest,
  Cache,
  CacheStats,
  Child,
  ChildData,
  ChildInfo,
  ChildPlace,
  IdOfHash,
  Version,
} from './cache-types.ts';
export { textOf, UNPACKED_BYTES, unpacked } from './content.ts';
export type {
  CacheContext,
  Content,
  ContentType,
  Entry,
  EntryInfo,
  Page,
  PageOptions,
  Place,
  StoreRequest,
  Strategy,
} from './entry.ts';
export { PAGE_ROWS, STRATEGIES } from './entry.ts';
export { childrenFolder } from './entry-paths.ts';
export { BadContent, BadJson, BadName, BadZip, NoSuchField } from './errors.ts';
export type { HashOptions } from './hashes.ts';
export { hashOfBytes, hashOfJsonField, hashOfJsonText, hashOfString } from './hashes.ts';
export type { JsonForm } from './json-form.ts';
export { COMPACT, DUMPED, reformJson, STORED } from './json-form.ts';
export { JSON_DEPTH } from './json-text.ts';
export { keyBasedFolder, keyBasedPath } from './paths.ts';
export type { ZipBatch, ZipChanged, ZipEntries, ZipEntry } from './zip-entries.ts';
export { zipEntries } from './zip-entries.ts';
export type { ZipLimits, ZipMembers } from './zip-file.ts';
export { readZip, ZIP_BYTES, ZIP_MEMBERS, zipOf } from './zip-file.ts';
export { hashOfZip } from './zip-hash.ts';
export type { ZipChanges, ZipOperation, ZipOperationResult } from './zip-operations.ts';
