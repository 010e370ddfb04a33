import { type BatchRows, createRowsReader, type RowsReader } from '@sgraph-backbone/layer/batches';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { type HeldRows, type HeldWindow, heldRows } from './held-batches.ts';

/** The raw data of a window. */
export interface WindowRows {
  readonly window: HeldWindow;
  readonly batches: readonly BatchRows[];
  /** Some of its rows have expired. */
  readonly expired: boolean;
}

/** Windows whose batches are on their way at the same time. */
const AT_ONCE = 16;

/** The raw data of windows, in their order; a few are read ahead. */
export async function* rowsOfWindows(
  data: ObjectStore,
  windows: readonly HeldWindow[],
): AsyncIterable<WindowRows> {
  const reader = createRowsReader();
  for (let at = 0; at < windows.length; at += AT_ONCE) {
    const reads = windows.slice(at, at + AT_ONCE).map((window) => rowsOfWindow(data, window, reader));
    yield* await Promise.all(reads);
  }
}

/**
 * All batches of a window at one moment. One that went away after the window was read has expired if the window
 * still holds it; otherwise somebody removed it or summed it again, and the window is read anew.
 */
async function rowsOfWindow(data: ObjectStore, window: HeldWindow, reader: RowsReader): Promise<WindowRows> {
  let known: readonly HeldRows[] | undefined;
  for (;;) {
    const held = await heldRows(data, window);
    const found = await Promise.all(held.map((rows) => bytesOf(data, rows)));
    const missed = held.some((rows, index) => !rows.expired && found[index] === undefined);
    if (!missed || isSame(held, known)) {
      const batches = found.flatMap((bytes, index) => (bytes ? reader.open(bytes, held[index]!.key) : []));
      return { window, batches, expired: batches.length < held.length };
    }
    known = held;
  }
}

async function bytesOf(data: ObjectStore, { key, expired }: HeldRows): Promise<Uint8Array | undefined> {
  return expired ? undefined : (await data.get(key))?.bytes;
}

function isSame(held: readonly HeldRows[], known: readonly HeldRows[] | undefined): boolean {
  return JSON.stringify(held) === JSON.stringify(known);
}
