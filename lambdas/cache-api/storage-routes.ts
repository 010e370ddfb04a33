import { compareKeys, type ObjectStore } from '@sgraph-backbone/layer/store';
import { bucketOf } from './about-routes.ts';
import { type Caller, checkRead, checkWrite } from './access.ts';
import { binary, json, jsonText, text } from './answer.ts';
import type { CacheApiContext, CacheSource } from './context.ts';
import { pageOf, truncation } from './listing.ts';
import { refuseClimbing, safePath } from './names.ts';
import { readPath } from './presented-paths.ts';
import { flagOf, pagingOf } from './query.ts';
import type { CacheRoute, Call } from './route.ts';
import { WireError } from './wire-error.ts';

/** What is really stored, by path; and the side files of the original, which are made when they are read. */
export function storageRoutes({ source, now }: CacheApiContext): CacheRoute[] {
  const read = async (call: Call, path = rawPath(call)) => {
    checkRead(call.caller, namespaceOf(path));
    return readPath(await source(), path);
  };
  return [
    {
      ...GET,
      path: `${PREFIX}/bucket-name`,
      summary: 'Name of the bucket, NA where there is none',
      answer: 'BucketName',
      handle: async () => json({ 'bucket-name': bucketOf((await source()).url) }),
    },
    {
      ...GET,
      path: `${PREFIX}/file/exists/{path+}`,
      summary: 'Whether something is stored there',
      answer: 'FileExists',
      handle: async (call) => json({ exists: (await read(call)) !== undefined, path: rawPath(call) }),
    },
    {
      ...GET,
      path: `${PREFIX}/file/bytes/{path+}`,
      summary: 'Bytes as they are stored; none where nothing is',
      answer: 'application/octet-stream',
      handle: async (call) => binary((await read(call)) ?? new Uint8Array()),
    },
    {
      ...GET,
      path: `${PREFIX}/file/content/{path+}`,
      summary: 'Content with the type of its extension',
      answer: 'application/octet-stream',
      handle: async (call) => {
        const path = safePath('path', call.path.path!);
        const bytes = await read(call, path);
        if (bytes === undefined || bytes.length === 0) throw fileNotFound(path);
        return binary(bytes, { 'content-type': typeOf(path) });
      },
    },
    {
      ...GET,
      path: `${PREFIX}/file/json/{path+}`,
      summary: 'A stored JSON file',
      answer: 'application/json',
      handle: async (call) => {
        const bytes = await read(call);
        if (bytes === undefined || bytes.length === 0) throw fileNotFound(rawPath(call));
        return jsonText(checkedJson(bytes, rawPath(call)));
      },
    },
    {
      ...GET,
      path: `${PREFIX}/file/html/{path+}`,
      summary: 'The member "html" of a stored JSON file, as a page',
      answer: 'text/html',
      handle: async (call) => html(await read(call)),
    },
    {
      ...GET,
      path: `${PREFIX}/files/in/{path+}`,
      summary: 'Names of the files of a folder; recursive: full paths of all below it',
      query: ['return_full_path', 'recursive', 'limit', 'cursor'],
      answer: 'Names',
      handle: async (call) => {
        const isFull = flagOf(call.query, 'return_full_path', false);
        const isRecursive = flagOf(call.query, 'recursive', false);
        const page = await filesOf(await source(), call, isRecursive);
        const names = isFull || isRecursive ? page.rows : page.rows.map(lastName);
        return json(names, truncation(page));
      },
    },
    {
      ...GET,
      path: `${PREFIX}/files/all/{path+}`,
      summary: 'Every file below a folder',
      query: ['limit', 'cursor'],
      answer: 'AllFiles',
      handle: async (call) => {
        const page = await filesOf(await source(), call, true);
        const { rows: files } = page;
        return json({ timestamp: now(), file_count: files.length, files }, truncation(page));
      },
    },
    {
      ...GET,
      path: `${PREFIX}/folders/{path+}`,
      summary: 'Folders of a folder',
      query: ['return_full_path', 'recursive', 'limit', 'cursor'],
      answer: 'Names',
      handle: async (call) => {
        const isFull = flagOf(call.query, 'return_full_path', false);
        const isRecursive = flagOf(call.query, 'recursive', false);
        const prefix = folderOf(call);
        const page = await foldersOf(await source(), call, prefix, isRecursive);
        const shown = (path: string) => (isRecursive ? path.slice(prefix.length) : lastName(path));
        return json(isFull ? page.rows : page.rows.map(shown), truncation(page));
      },
    },
    {
      method: 'DELETE',
      access: 'known',
      path: `${PREFIX}/file/delete/{path+}`,
      summary: 'Removes one stored file',
      answer: 'FileDeleted',
      handle: async (call) => {
        const path = safePath('path', call.path.path!);
        checkWrite(call.caller, namespaceOf(path));
        const { data } = await source();
        const deleted = (await data.head(path)) !== undefined;
        if (deleted) await data.delete(path);
        return json({ path, deleted });
      },
    },
  ];
}

const PREFIX = '/admin/storage';
const GET = { method: 'GET', access: 'known' } as const;

/** Not sanitised: stored names may have any character. Throws 400 for `..` segments and NUL. */
function rawPath({ path }: Call): string {
  const given = path.path!;
  refuseClimbing('path', given, given);
  if (given.trim() === '') throw new WireError(400, 'the path is empty');
  return given;
}

function namespaceOf(path: string): string {
  return path.split('/')[0]!;
}

/** The prefix of a listing; empty for the root. */
function folderOf({ path }: Call): string {
  const given = path.path!.trim().replace(/^\/+|\/+$/g, '');
  return given === '' ? '' : `${safePath('path', given).replace(/\/+$/, '')}/`;
}

async function filesOf({ data }: CacheSource, call: Call, isRecursive: boolean) {
  const prefix = folderOf(call);
  if (prefix !== '') checkRead(call.caller, namespaceOf(prefix));
  return pageOf(keys(data, call, prefix, isRecursive), pagingOf(call.query));
}

async function* keys(data: ObjectStore, call: Call, prefix: string, isRecursive: boolean) {
  const startAfter = call.query.get('cursor') || undefined;
  const options = { startAfter, ...(isRecursive ? {} : { delimiter: '/' as const }) };
  for await (const row of data.list(prefix, options)) {
    if ('key' in row && isSeen(call.caller, row.key)) yield row.key;
  }
}

async function foldersOf({ data }: CacheSource, call: Call, prefix: string, isRecursive: boolean) {
  if (prefix !== '') checkRead(call.caller, namespaceOf(prefix));
  const found = isRecursive ? allFolders(data, prefix) : folders(data, prefix);
  // Listings order folders with their slash: `a-b/` comes before `a/`.
  const isBehind = (folder: string, last: string) => compareKeys(`${folder}/`, `${last}/`) > 0;
  return pageOf(seen(call.caller, found), pagingOf(call.query), isBehind);
}

async function* seen(caller: Caller, paths: AsyncIterable<string>) {
  for await (const path of paths) if (isSeen(caller, path)) yield path;
}

async function* folders(data: ObjectStore, prefix: string) {
  for await (const row of data.list(prefix, { delimiter: '/' })) {
    if ('prefix' in row) yield row.prefix.slice(0, -1);
  }
}

async function* allFolders(data: ObjectStore, prefix: string): AsyncIterable<string> {
  for await (const folder of folders(data, prefix)) {
    yield folder;
    yield* allFolders(data, `${folder}/`);
  }
}

/** A listing that begins above the namespaces shows those of the caller alone. */
function isSeen(caller: Caller, path: string): boolean {
  return caller.mayRead(namespaceOf(path));
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function typeOf(path: string): string {
  if (path.endsWith('.txt')) return 'text/plain; charset=utf-8';
  return path.endsWith('.json') ? 'application/json' : 'application/octet-stream';
}

function checkedJson(bytes: Uint8Array, path: string): string {
  const content = Buffer.from(bytes).toString();
  try {
    JSON.parse(content);
  } catch (cause) {
    throw new WireError(415, `"${path}" is stored and is not JSON`, { cause });
  }
  return content;
}

function html(bytes: Uint8Array | undefined) {
  const page = bytes === undefined ? undefined : memberHtml(bytes);
  const type = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': STORED_PAGE };
  return page === undefined ? { ...text('File not found.'), status: 404 } : text(page, type);
}

/** What somebody stored is shown, and does nothing. */
const STORED_PAGE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

function memberHtml(bytes: Uint8Array): string | undefined {
  try {
    const { html: page } = JSON.parse(Buffer.from(bytes).toString()) as { html?: unknown };
    return typeof page === 'string' ? page : undefined;
  } catch {
    // What is not JSON has no such member.
    return undefined;
  }
}

function fileNotFound(path: string): WireError {
  const message = 'The requested file does not exist in storage';
  return new WireError(404, { error_type: 'FILE_NOT_FOUND', resource: 'file', message, path });
}
