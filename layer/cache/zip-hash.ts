import { createHash } from 'node:crypto';
import { compareKeys } from '@sgraph-backbone/layer/store';
import type { HashOptions } from './hashes.ts';
import { readZip, type ZipMembers } from './zip-file.ts';

const NUL = Uint8Array.of(0);

/** Hash of the names and contents of a zip, whatever its times, its order and how it is packed. Throws BadZip. */
export function hashOfZip(zip: Uint8Array | ZipMembers, options: HashOptions = {}): string {
  const { algorithm = 'sha256', length = 16 } = options;
  const members = zip instanceof Uint8Array ? readZip(zip) : zip;
  const hash = createHash(algorithm);
  for (const [name, content] of [...members].sort(([a], [b]) => compareKeys(a, b)))
    hash.update(name).update(NUL).update(content).update(NUL);
  return hash.digest('hex').slice(0, length);
}
