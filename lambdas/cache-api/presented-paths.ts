import { isPipelineNamespace } from './access.ts';
import type { CacheSource } from './context.ts';
import { openedPipelineBytes } from './pipeline-content.ts';
import { hashRefsOf, refsOf, refsText } from './presented.ts';

/** What lies at a path: an object, or a reference of the original that is made of the entries it would name. */
export async function readPath(source: CacheSource, path: string): Promise<Uint8Array | undefined> {
  const found = await source.data.get(path);
  if (found === undefined) return presented(source, path);
  return isPipelineNamespace(path) ? openedPipelineBytes(path, found.bytes) : found.bytes;
}

const REFERENCE = /^([\w-]+)\/refs\/by-(hash|id)\/[^/]*\/(?:[^/]*\/)?([\w-]+)\.json$/;

async function presented({ cache }: CacheSource, path: string): Promise<Uint8Array | undefined> {
  const [, namespace = '', kind, name = ''] = REFERENCE.exec(path) ?? [];
  if (kind === 'id' && UUID.test(name)) {
    const info = await cache.infoById(namespace, name);
    return info === undefined ? undefined : Buffer.from(refsText(refsOf(info)));
  }
  if (kind !== 'hash' || !HASH.test(name)) return undefined;
  const { items } = await cache.idsOfHash(namespace, name);
  return items.length === 0 ? undefined : Buffer.from(refsText(hashRefsOf(name, items)));
}

const UUID = /^[0-9a-f-]{36}$/;
const HASH = /^[0-9a-f]{10,96}$/;
