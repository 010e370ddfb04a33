import { readFileSync, rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type ContentFacts, derivedFacts } from './content-facts.ts';
import { type FileState, stateOf, unless } from './disk-file.ts';

/** Facts by the ETag that they belong to: during a write those of the old and of the new content. */
export type Sidecar = Readonly<Record<string, ContentFacts>>;

/** The file beside a content that holds what its key and bytes don't tell. */
export function sidecarPath(path: string): string {
  return `${path}%meta`;
}

/** What a sidecar has to hold for these facts: nothing if they are derived anyway. */
export function sidecarFacts(key: string, head: Uint8Array, facts: ContentFacts): ContentFacts | undefined {
  return isDeepStrictEqual(facts, derivedFacts(key, head)) ? undefined : facts;
}

/**
 * The facts of a content. `undefined`: the content was replaced since its state was read, read both again.
 * A sidecar without this ETag tells nothing, as another program may have written the file.
 */
export function factsOf(
  key: string,
  path: string,
  state: FileState,
  head: Uint8Array,
): ContentFacts | undefined {
  if (!state.sidecar) return derivedFacts(key, head);
  const facts = readSidecar(path)[state.etag];
  if (facts !== undefined) return facts;
  return stateOf(path)?.etag === state.etag ? derivedFacts(key, head) : undefined;
}

/** The entries that have to stay while the content of this state may still be read. */
export function keptEntries(path: string, state: FileState | undefined): Sidecar {
  if (!state?.sidecar) return {};
  const facts = readSidecar(path)[state.etag];
  return facts === undefined ? {} : { [state.etag]: facts };
}

/** Removes the sidecar, where there is one. */
export function removeSidecar(path: string): void {
  rmSync(sidecarPath(path), { force: true });
}

function readSidecar(path: string): Sidecar {
  const text = unless(['ENOENT'], () => readFileSync(sidecarPath(path), 'utf8'));
  return text === undefined ? {} : (JSON.parse(text) as Sidecar);
}
