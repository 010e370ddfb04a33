import {
  BadContent,
  BadZip,
  type EntryInfo,
  type ZipMembers,
  zipEntries,
} from '@sgraph-backbone/layer/cache';
import type { HttpResponse } from '@sgraph-backbone/layer/runtime';
import { binary, json } from './answer.ts';
import { bytesOf, textOf } from './body.ts';
import type { CacheApiContext, CacheSource } from './context.ts';
import { answerOrPlace } from './larger-answers.ts';
import { cacheId, safeName, safePath, strategyName } from './names.ts';
import { storedAnswer } from './presented.ts';
import type { CacheRoute, Call } from './route.ts';
import { WireError } from './wire-error.ts';
import { zipBatch } from './zip-batch.ts';

/** Zips as entries: they never change, a change is a new entry. */
export function zipRoutes(context: CacheApiContext): CacheRoute[] {
  const handled =
    (handle: (call: Call, source: CacheSource) => Promise<HttpResponse>): CacheRoute['handle'] =>
    async (call) => {
      try {
        return await handle(call, await context.source());
      } catch (error) {
        // Here the original says in a word what is wrong, not where.
        const isRefused = error instanceof BadZip || error instanceof BadContent;
        throw isRefused ? new WireError(400, error.message, { cause: error }) : error;
      }
    };
  return [
    {
      ...WRITE,
      path: '/{namespace}/{strategy}/zip/create/{cache_key+}/{file_id}',
      summary: 'Stores an empty zip',
      answer: 'ZipStored',
      handle: handled((call, source) => stored(call, source)),
    },
    {
      ...WRITE,
      path: '/{namespace}/{strategy}/zip/store/{cache_key+}/{file_id}',
      summary: 'Stores a zip',
      body: 'zip',
      answer: 'ZipStored',
      handle: handled((call, source) => storedUpload(call, source)),
    },
    {
      ...READ,
      path: `${ZIP}/retrieve`,
      summary: 'A zip as a file to download',
      answer: 'application/zip',
      handle: handled((call, source) => download(call, source, context)),
    },
    {
      ...READ,
      path: `${ZIP}/files/list`,
      summary: 'Names of the members of a zip',
      answer: 'ZipOperation',
      handle: handled(async (call, source) => {
        const { info, members } = await zipOf(call, source);
        const message = `Found ${members.size} files in zip`;
        return json(operation('list', { id: info.cacheId, info, members, message, affected: [] }));
      }),
    },
    {
      ...READ,
      path: `${ZIP}/file/retrieve/{path+}`,
      summary: 'One member of a zip',
      answer: 'application/octet-stream',
      handle: handled(async (call, source) => {
        const path = safePath('file_path', call.path.path!);
        const content = (await zipOf(call, source)).members.get(path);
        if (content === undefined) throw new WireError(404, `File '${path}' not found in zip`);
        return binary(content);
      }),
    },
    {
      ...WRITE,
      path: `${ZIP}/file/add/from/string/{path+}`,
      summary: 'A new zip with a text added or replaced',
      body: 'string',
      answer: 'ZipOperation',
      handle: handled(async (call, source) => added(call, source, Buffer.from(textOf(call.request)))),
    },
    {
      ...WRITE,
      path: `${ZIP}/file/add/from/bytes/{path+}`,
      summary: 'A new zip with bytes added or replaced',
      body: 'binary',
      answer: 'ZipOperation',
      handle: handled(async (call, source) => added(call, source, bytesOf(call.request))),
    },
    {
      method: 'DELETE',
      access: 'write',
      path: `${ZIP}/file/delete/{path+}`,
      summary: 'A new zip without a member',
      answer: 'ZipOperation',
      handle: handled(removed),
    },
    {
      ...WRITE,
      path: `${ZIP}/batch/operations`,
      summary: 'A new zip after several changes; atomic: after all of them or none',
      body: 'operations',
      answer: 'ZipBatch',
      handle: handled(async (call, source) => json(await zipBatch(call, source, context.now()))),
    },
  ];
}

const ZIP = '/{namespace}/zip/{cache_id}';
const READ = { method: 'GET', access: 'read' } as const;
const WRITE = { method: 'POST', access: 'write' } as const;

async function stored({ namespace, path }: Call, { cache }: CacheSource, bytes?: Uint8Array) {
  const strategy = strategyName(path.strategy!);
  const cacheKey = safePath('cache_key', path.cache_key!);
  const fileId = safeName('file_id', path.file_id!);
  const { info, members } = await zipEntries(cache).store({ namespace, strategy, cacheKey, fileId }, bytes);
  return json({
    ...storedAnswer(info),
    file_count: members.size,
    stored_at: info.storedAt,
    error_type: null,
    error_message: null,
    success: true,
  });
}

async function storedUpload(call: Call, source: CacheSource) {
  try {
    return await stored(call, source, bytesOf(call.request));
  } catch (error) {
    if (!(error instanceof BadZip)) throw error;
    throw new WireError(400, `Invalid zip file: ${error.message}`, { cause: error });
  }
}

async function download(
  { namespace, path }: Call,
  { cache }: CacheSource,
  context: CacheApiContext,
): Promise<HttpResponse> {
  const entry = await cache.retrieveById(namespace, cacheId(path.cache_id!));
  if (entry === undefined) throw new WireError(404, 'Zip file not found');
  if (entry.type !== 'binary') throw new WireError(400, 'Cached item is not a binary file');
  const headers = {
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename=${entry.cacheId}.zip`,
  };
  return answerOrPlace(context, entry, () => binary(entry.bytes, headers));
}

async function zipOf({ namespace, path }: Call, { cache }: CacheSource) {
  const zip = await zipEntries(cache).retrieve(namespace, cacheId(path.cache_id!));
  if (zip === undefined) throw zipMissing();
  return zip;
}

async function added({ namespace, path }: Call, { cache }: CacheSource, content: Uint8Array) {
  const id = cacheId(path.cache_id!);
  const file = safePath('file_path', path.path!);
  const changed = await zipEntries(cache).add(namespace, id, file, content);
  if (changed === undefined) throw zipMissing();
  return json(operation('add', { id, ...changed, message: `File '${file}' added to zip`, affected: [file] }));
}

async function removed({ namespace, path }: Call, { cache }: CacheSource) {
  const id = cacheId(path.cache_id!);
  const file = safePath('file_path', path.path!);
  const changed = await zipEntries(cache).remove(namespace, id, file);
  if (changed === undefined) throw zipMissing();
  const message = `File '${file}' removed from zip`;
  return json(operation('remove', { id, ...changed, message, affected: [file] }));
}

interface Operated {
  /** Of the zip that it was made from. */
  readonly id: string;
  readonly info: EntryInfo;
  readonly members: ZipMembers;
  readonly message: string;
  readonly affected: readonly string[];
}

function operation(name: 'list' | 'add' | 'remove', { id, info, members, message, affected }: Operated) {
  return {
    success: true,
    operation: name,
    cache_id: info.cacheId,
    original_cache_id: id,
    message: message.replace(/[^A-Za-z0-9:.'"() ]/gu, '_'),
    file_list: [...members.keys()].sort(),
    file_content: '',
    file_size: 0,
    files_affected: affected,
    error_details: '',
  };
}

function zipMissing(): WireError {
  return new WireError(404, 'Zip file not found in cache');
}
