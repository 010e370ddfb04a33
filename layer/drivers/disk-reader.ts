import {
  type GetOptions,
  type Listed,
  type ListOptions,
  type ObjectInfo,
  resolveRange,
  type StoredObject,
} from '@sgraph-backbone/layer/store';
import { checkConditions } from './conditions.ts';
import { type FileState, readBytes, stateOf, withFile } from './disk-file.ts';
import { filePath } from './disk-names.ts';
import { diskRows } from './disk-rows.ts';
import { factsOf } from './disk-sidecar.ts';

/** An object, or a range of it; no writer can change what an open file reads. */
export function readObject(root: string, key: string, options: GetOptions): StoredObject | undefined {
  return readSettled(root, key, options.ifMatch, (file, state) => {
    const { start, end } = resolveRange(state.size, options.range);
    return { bytes: readBytes(file, start, end), start };
  });
}

/** What an object is, without its bytes. */
export function readInfo(root: string, key: string): ObjectInfo | undefined {
  const found = readSettled(root, key, undefined, () => ({ bytes: new Uint8Array(), start: 0 }));
  if (found === undefined) return undefined;
  const { bytes: _, ...info } = found;
  return info;
}

/** Listed rows; what is deleted between the reading of its folder and its turn is left out. */
export function* listObjects(root: string, prefix: string, options: ListOptions): Generator<Listed> {
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  if (left <= 0) return;
  for (const row of diskRows(root, prefix, options)) {
    const listed = 'prefix' in row ? row : listedFile(row);
    if (listed === undefined) continue;
    yield listed;
    if (--left <= 0) return;
  }
}

/** Starts again while the content is replaced between its bytes and its sidecar. */
function readSettled(
  root: string,
  key: string,
  ifMatch: string | undefined,
  read: (file: number, state: FileState) => { bytes: Uint8Array; start: number },
): StoredObject | undefined {
  const path = root + filePath(key);
  for (;;) {
    const found = withFile(path, (file, state) => {
      checkConditions(key, state.etag, { ifMatch });
      const { bytes, start } = read(file, state);
      const head = start === 0 && bytes.length >= 2 ? bytes : headOf(key, file, state);
      return { state, bytes, facts: factsOf(key, path, state, head) };
    });
    if (found === undefined) {
      checkConditions(key, undefined, { ifMatch });
      return undefined;
    }
    const { state, bytes, facts } = found;
    const { etag, size, modified } = state;
    if (facts !== undefined) return { key, size, etag, modified, ...facts, bytes };
  }
}

/** The two bytes that tell gzip; nothing is derived from them under a key that says so itself. */
export function headOf(key: string, file: number, state: FileState): Uint8Array {
  return key.endsWith('.gz') ? new Uint8Array() : readBytes(file, 0, Math.min(2, state.size));
}

function listedFile({ key, path }: { readonly key: string; readonly path: string }): Listed | undefined {
  const state = stateOf(path);
  return state && { key, size: state.size, etag: state.etag, modified: state.modified };
}
