import { unlinkSync } from 'node:fs';
import { Conflict, type ObjectStore, type PutOptions } from '@sgraph-backbone/layer/store';
import { checkConditions } from './conditions.ts';
import { type ContentFacts, factsOfPut, withMetadata } from './content-facts.ts';
import {
  etagOf,
  type FileState,
  HAS_SIDECAR,
  removeEmptyFolders,
  renameInto,
  stateOf,
  unless,
  withFile,
} from './disk-file.ts';
import { type DiskLock, setTime } from './disk-lock.ts';
import { filePath } from './disk-names.ts';
import { headOf } from './disk-reader.ts';
import {
  factsOf,
  keptEntries,
  removeSidecar,
  type Sidecar,
  sidecarFacts,
  sidecarPath,
} from './disk-sidecar.ts';
import type { TempFiles } from './disk-temp.ts';

type MoveOptions = Parameters<ObjectStore['move']>[2];

/** The writes of a disk store. They never wait, so a process has one at a time; the lock sees to the rest. */
export interface DiskWriter {
  put(key: string, bytes: Uint8Array, options: PutOptions): { etag: string };
  delete(key: string, options: { readonly ifMatch?: string }): void;
  move(from: string, to: string, options: MoveOptions): { etag: string };
}

/** Writers of the files under `root`, which ends in `/`. */
export function diskWriter(root: string, temp: TempFiles, lock: DiskLock, now: () => number): DiskWriter {
  function stamped(path: string, size: number, sidecar: boolean): string {
    const stamp = lock.stamp(now()) + (sidecar ? HAS_SIDECAR : 0);
    setTime(path, stamp);
    return etagOf(stamp, size);
  }

  function writeSidecar(path: string, entries: Sidecar): void {
    temp.with(Buffer.from(JSON.stringify(entries)), (fresh) => renameInto(fresh, sidecarPath(path)));
  }

  /** Before the content, so that a death between the two leaves either content with its facts. */
  function announce(path: string, old: FileState | undefined, etag: string, facts?: ContentFacts): void {
    if (facts !== undefined) writeSidecar(path, { ...keptEntries(path, old), [etag]: facts });
  }

  function place(fresh: string, path: string, old: FileState | undefined, facts?: ContentFacts): void {
    renameInto(fresh, path);
    if (facts === undefined && old?.sidecar) removeSidecar(path);
  }

  function put(key: string, bytes: Uint8Array, options: PutOptions): { etag: string } {
    const path = root + filePath(key);
    const facts = sidecarFacts(key, bytes, factsOfPut(key, bytes, options));
    // A lost condition that shows now spares the writing; the one that counts is checked in the lock.
    checkConditions(key, stateOf(path)?.etag, options);
    return temp.with(bytes, (fresh) =>
      lock.locked(() => {
        const old = stateOf(path);
        checkConditions(key, old?.etag, options);
        const etag = stamped(fresh, bytes.length, facts !== undefined);
        announce(path, old, etag, facts);
        place(fresh, path, old, facts);
        return { etag };
      }),
    );
  }

  function remove(key: string, options: { readonly ifMatch?: string }): void {
    const path = root + filePath(key);
    lock.locked(() => {
      const old = stateOf(path);
      checkConditions(key, old?.etag, options);
      if (old === undefined) return;
      // Another program may have been faster.
      unless(['ENOENT'], () => unlinkSync(path));
      if (old.sidecar) removeSidecar(path);
      removeEmptyFolders(path, root);
    });
  }

  function move(from: string, to: string, { ifMatch, metadata }: MoveOptions): { etag: string } {
    const [source, target] = [root + filePath(from), root + filePath(to)];
    return lock.locked(() => {
      const found = withFile(source, (file, state) => {
        const head = headOf(to, file, state);
        return { state, head, facts: factsOf(from, source, state, head) };
      });
      checkConditions(from, found?.state.etag, { ifMatch });
      const { state, head, facts } = found!;
      if (facts === undefined) throw new Conflict('changed', from);
      const next = sidecarFacts(to, head, withMetadata(facts, metadata));
      const old = stateOf(target);
      const stamp = lock.stamp(now()) + (next !== undefined || state.sidecar ? HAS_SIDECAR : 0);
      const etag = etagOf(stamp, state.size);
      announce(target, old, etag, next);
      const leaves = state.sidecar && from !== to;
      // The new stamp is set while the file still is at its source: a death there must not lose its facts.
      if (leaves) writeSidecar(source, { [state.etag]: facts, [etag]: facts });
      setTime(source, stamp);
      place(source, target, old, next);
      if (leaves) removeSidecar(source);
      removeEmptyFolders(source, root);
      return { etag };
    });
  }

  return { put, delete: remove, move };
}
