import type { ExportFile } from './export-file.ts';

/** Far more than any manifest: the columns of a table, and some files. */
const MOST_BYTES = 16_777_216;

/** The data files that a manifest lists, as it names them; undefined where it lists none that can be read. */
export async function manifestFiles(manifest: ExportFile): Promise<string[] | undefined> {
  if (manifest.size > MOST_BYTES) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of manifest.chunks()) pieces.push(piece);
  const { dataFiles } = (parsed(Buffer.concat(pieces).toString('utf8')) ?? {}) as { dataFiles?: unknown };
  if (!Array.isArray(dataFiles)) return undefined;
  const names = dataFiles.map(nameOf);
  return names.every((name) => name?.includes('data/BILLING_PERIOD=')) ? (names as string[]) : undefined;
}

/** A key or an S3 address, alone or as a member. */
function nameOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  const { key, path } = (entry ?? {}) as { key?: unknown; path?: unknown };
  return [key, path].find((name) => typeof name === 'string');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A manifest that is no JSON lists nothing: its period is left for later, with a remark.
    return undefined;
  }
}
