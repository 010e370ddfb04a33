import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import { Conflict, NAMESPACES, type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';

/** Version of the layout of everything in a store. It changes when an older program would misread it. */
export const STORE_FORMAT = 1;

const FORMAT_KEY = keyBasedPath(NAMESPACES.settings, 'store', 'format', 'json');

/** A store that this program may not touch; the message says what to do. */
export class WrongStoreFormat extends Error {
  override readonly name = 'WrongStoreFormat';
  readonly format: number;

  constructor(format: number) {
    super(
      format > STORE_FORMAT
        ? `the store has format ${format}, and this program knows up to ${STORE_FORMAT}: use a newer Backbone`
        : `the store has format ${format}, and this program needs ${STORE_FORMAT}: run "backbone migrate" first`,
    );
    this.format = format;
  }
}

/** Refuses a store of another format; a store that does not say gets this one. Throws WrongStoreFormat. */
export async function checkStoreFormat(data: ObjectStore): Promise<void> {
  const format = await readStoreFormat(data);
  if (format !== undefined && format !== STORE_FORMAT) throw new WrongStoreFormat(format);
  if (format === undefined) await noteFormat(data);
}

/**
 * Brings an older store to this program's format and answers the one that it had. There has been one format
 * so far, so that only a store that does not say is changed.
 */
export async function migrateStore(
  data: ObjectStore,
): Promise<{ readonly from: number; readonly to: number }> {
  const format = await readStoreFormat(data);
  if (format !== undefined && format > STORE_FORMAT) throw new WrongStoreFormat(format);
  if (format === undefined) await noteFormat(data);
  return { from: format ?? STORE_FORMAT, to: STORE_FORMAT };
}

/** The format that a store says it has; undefined for one that nothing was written to. */
export async function readStoreFormat(data: ObjectStore): Promise<number | undefined> {
  return (await readJson<{ format: number }>(data, FORMAT_KEY))?.value.format;
}

async function noteFormat(data: ObjectStore): Promise<void> {
  try {
    await writeJson(data, FORMAT_KEY, { format: STORE_FORMAT }, { ifNoneMatch: '*' });
  } catch (error) {
    // Somebody else opened the new store at the same time: what it says is looked at the next time.
    if (!(error instanceof Conflict)) throw error;
  }
}
