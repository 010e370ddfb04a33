import type { Dirent } from 'node:fs';
import { glob, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A path or pattern that names no file. */
export class NoSuchFile extends Error {
  override readonly name = 'NoSuchFile';

  constructor(given: string, reason = 'no such file or folder, and no file matches it as a pattern') {
    super(`${given}: ${reason}`);
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

/** Links to files are followed, links to folders are not: they may lead in circles. */
async function filesBelow(folder: string): Promise<string[]> {
  const rows = await rowsIn(folder);
  // A folder that can't be listed is named as a file is, so that it is refused by name among good ones.
  if (rows === undefined) return [folder];
  const files: string[] = [];
  for (const row of rows) {
    const path = join(folder, row.name);
    if (row.isDirectory()) files.push(...(await filesBelow(path)));
    else if (row.name.startsWith('.')) continue;
    else if (row.isFile() || (row.isSymbolicLink() && (await kindOf(path)) === 'file')) files.push(path);
  }
  return files;
}

async function rowsIn(folder: string): Promise<Dirent[] | undefined> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined;
    throw error;
  }
}

/** What can't be looked at counts as a file: reading it says why. */
async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : 'file';
  }
}
