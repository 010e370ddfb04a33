import { glob, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A path or pattern that names no file. */
export class NoSuchFile extends Error {
  override readonly name = 'NoSuchFile';

  constructor(given: string) {
    super(`${given}: no such file or folder, and no file matches it as a pattern`);
  }
}

/** The files that paths, folders (with all below them) and glob patterns name, each once, in order of name. */
export async function findFiles(given: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const word of given) for (const file of await filesOf(word)) found.add(resolve(file));
  return [...found].sort();
}

async function filesOf(word: string): Promise<string[]> {
  const kind = await kindOf(word);
  if (kind === 'file') return [word];
  if (kind === 'folder') return filesBelow(word);
  const matches: string[] = [];
  for await (const match of glob(word))
    matches.push(...((await kindOf(match)) === 'folder' ? await filesBelow(match) : [match]));
  if (matches.length === 0) throw new NoSuchFile(word);
  return matches;
}

async function filesBelow(folder: string): Promise<string[]> {
  const rows = await readdir(folder, { withFileTypes: true, recursive: true });
  return rows
    .filter((row) => row.isFile() && !row.name.startsWith('.'))
    .map((row) => join(row.parentPath, row.name));
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
