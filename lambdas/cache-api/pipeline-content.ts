import { gunzipSync } from 'node:zlib';
import { notJson, withoutSketches } from './content.ts';

/** An object of the pipeline as JSON, without what must not leave the store. Throws 403 for what is no JSON. */
export function openedPipelineBytes(path: string, bytes: Uint8Array): Uint8Array {
  if (!path.endsWith('.json')) throw notJson(path);
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  return Buffer.from(withoutSketches(Buffer.from(plain).toString()));
}
