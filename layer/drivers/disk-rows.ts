import { type Dirent, opendirSync, readdirSync } from 'node:fs';
import { compareKeys, type ListOptions } from '@sgraph-backbone/layer/store';
import { unless } from './disk-file.ts';
import { folderPath, readName } from './disk-names.ts';

/** A key with its file, or a folded prefix. */
export type DiskRow = { readonly key: string; readonly path: string } | { readonly prefix: string };

/** A name in a folder: a key, or (`folder`, `more`) the text that all keys below it begin with. */
interface Entry {
  readonly kind: 'file' | 'folder' | 'more';
  readonly text: string;
  readonly path: string;
}

/** Rows below a prefix in byte order of the key, reading a folder only when the listing comes to it. */
export function diskRows(root: string, prefix: string, options: ListOptions): Generator<DiskRow> {
  const { delimiter, startAfter = '' } = options;
  const folder = root + folderPath(prefix);
  return delimiter === undefined ? keysIn(folder, prefix, startAfter) : foldedIn(folder, prefix, startAfter);
}

function* keysIn(folder: string, base: string, startAfter: string): Generator<DiskRow> {
  for (const { kind, text, path } of entriesOf(folder, base)) {
    if (kind !== 'file') {
      if (reaches(text, startAfter)) yield* keysIn(path, text, startAfter);
    } else if (compareKeys(text, startAfter) > 0) yield { key: text, path };
  }
}

function* foldedIn(folder: string, base: string, startAfter: string): Generator<DiskRow> {
  for (const { kind, text, path } of entriesOf(folder, base)) {
    if (kind === 'more') {
      if (reaches(text, startAfter)) yield* foldedIn(path, text, startAfter);
    } else if (compareKeys(text, startAfter) > 0) {
      if (kind === 'file') yield { key: text, path };
      else if (holdsKey(path)) yield { prefix: text };
    }
  }
}

/** Whether there is any key below a folder; a large one is neither read to its end nor sorted for it. */
function holdsKey(folder: string): boolean {
  const opened = unless(['ENOENT', 'ENOTDIR'], () => opendirSync(folder));
  if (opened === undefined) return false;
  try {
    for (let found = opened.readSync(); found !== null; found = opened.readSync()) {
      const entry = entryOf(found, folder, '');
      if (entry !== undefined && (entry.kind === 'file' || holdsKey(entry.path))) return true;
    }
    return false;
  } finally {
    opened.closeSync();
  }
}

/** Whether keys that begin with `text` can come after `startAfter`. */
function reaches(text: string, startAfter: string): boolean {
  return compareKeys(text, startAfter) > 0 || startAfter.startsWith(text);
}

/** Names in the order of their texts: a folder's ends in `/`, so `a.b` comes before `a/b`, as keys do. */
function entriesOf(folder: string, base: string): Entry[] {
  // A folder may go away while the listing is under way.
  const found = unless(['ENOENT', 'ENOTDIR'], () => readdirSync(folder, { withFileTypes: true })) ?? [];
  const entries = found.map((entry) => entryOf(entry, folder, base)).filter((entry) => entry !== undefined);
  return entries.sort((a, b) => compareKeys(a.text, b.text));
}

function entryOf(found: Dirent, folder: string, base: string): Entry | undefined {
  const name = readName(found.name);
  if (name === undefined || (name.kind === 'file') !== found.isFile()) return undefined;
  if (name.kind === 'file') return { kind: 'file', text: base + name.text, path: folder + found.name };
  const text = base + name.text + (name.kind === 'folder' ? '/' : '');
  return { kind: name.kind, text, path: `${folder}${found.name}/` };
}
