import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Strategy } from '@sgraph-backbone/layer/cache';

/** What is stored the way the original does, in its layout: `cache-http-api.md`, section 4. */
export interface OldStored {
  readonly namespace?: string;
  readonly strategy: Strategy;
  readonly hash: string;
  /** JSON text, or bytes. */
  readonly content: string | Uint8Array;
  readonly cacheKey?: string;
  readonly fileId?: string;
  readonly jsonFieldPath?: string;
  readonly encoding?: string;
  /** Epoch ms. */
  readonly at: number;
  /** The by-hash file that two writers met in: this id is lost from it. */
  readonly lost?: boolean;
}

/** A store of the original in a folder. */
export function oldCache(root: string) {
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const json = (path: string, value: unknown) => write(path, JSON.stringify(value, null, 4));

  return {
    write,
    remove: (path: string) => rmSync(join(root, path)),
    store(stored: OldStored): { cacheId: string; dataFolders: string[]; contentFiles: string[] } {
      const { namespace = 'tokens', strategy, hash, content, cacheKey = '', at, encoding } = stored;
      const cacheId = randomUUID();
      const fileId = stored.fileId ?? cacheId;
      const isBytes = typeof content !== 'string';
      const names = foldersOf(namespace, strategy, cacheKey, fileId, at).map(
        (folder) => `${folder}${fileId}`,
      );
      const contentFiles = names.map((name) => `${name}.${isBytes ? 'bin' : 'json'}`);
      const dataFolders = names.map((name) => `${name}/data`);
      const file_type = isBytes ? 'binary' : 'json';
      for (const file of contentFiles) {
        write(file, content);
        json(`${file}.config`, { exists_strategy: 'first', file_id: fileId, file_key: cacheKey });
        const named = {
          cache_hash: hash,
          cache_key: cacheKey,
          cache_id: cacheId,
          file_id: fileId,
          namespace,
        };
        const content__hash = createHash('md5').update(content).digest('hex').slice(0, 10);
        const data = {
          ...named,
          content_encoding: encoding ?? null,
          file_type,
          json_field_path: stored.jsonFieldPath ?? null,
          stored_at: at,
          strategy,
        };
        json(`${file}.metadata`, { content__hash, chain_hash: null, tags: [], timestamp: at, data });
      }
      json(`${namespace}/refs/by-id/${shard(cacheId)}${cacheId}.json`, {
        all_paths: { data: contentFiles, by_hash: [], by_id: [] },
        cache_id: cacheId,
        cache_hash: hash,
        file_paths: { content_files: contentFiles, data_folders: dataFolders },
        file_type,
        namespace,
        strategy,
        timestamp: at,
      });
      if (!stored.lost) this.list(namespace, hash, cacheId, at);
      return { cacheId, dataFolders, contentFiles };
    },
    list(namespace: string, hash: string, cache_id: string, timestamp: number) {
      const path = `${namespace}/refs/by-hash/${shard(hash)}${hash}.json`;
      const cache_ids = [...(listed(join(root, path))?.cache_ids ?? []), { cache_id, timestamp }];
      json(path, { cache_hash: hash, cache_ids, latest_id: cache_id, total_versions: cache_ids.length });
    },
  };
}

function foldersOf(
  namespace: string,
  strategy: Strategy,
  cacheKey: string,
  fileId: string,
  at: number,
): string[] {
  const hour = new Date(at).toISOString().slice(0, 13).replace('T', '/').replaceAll('-', '/');
  const data = `${namespace}/data`;
  if (strategy === 'direct') return [`${data}/direct/${shard(fileId)}`];
  if (strategy === 'temporal') return [`${data}/temporal/${hour}/`];
  if (strategy === 'temporal_latest')
    return [`${data}/temporal-latest/latest/`, `${data}/temporal-latest/${hour}/`];
  if (strategy === 'temporal_versioned')
    return [`${hour}/`, 'latest/', 'versions/v1/'].map((folder) => `${data}/temporal-versioned/${folder}`);
  return [cacheKey === '' ? `${data}/key-based/` : `${data}/key-based/${cacheKey}/`];
}

function shard(name: string): string {
  return `${name.slice(0, 2)}/${name.slice(2, 4)}/`;
}

function listed(path: string): { cache_ids: unknown[] } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
