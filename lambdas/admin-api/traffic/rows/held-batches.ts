import { rawBatchKey, windowFeedFolder } from '@sgraph-backbone/layer/ledger';
import { HALF_HOUR, parseWindowKey, type Span, windowKey } from '@sgraph-backbone/layer/rollups';
import { type ObjectStore, readJson } from '@sgraph-backbone/layer/store';

/** A consolidated window: the batches in it are those that the roll-ups count. */
export interface HeldWindow {
  readonly feed: string;
  /** Epoch ms. */
  readonly start: number;
  readonly key: string;
  readonly etag: string;
}

/** A batch that a window holds; `expired`: its rows are gone for good, its sums are not. */
export interface HeldRows {
  readonly key: string;
  readonly expired: boolean;
}

/** The windows of a feed that have data between two instants: one listing. */
export async function windowsBetween(
  data: ObjectStore,
  feed: string,
  { start, end }: Span,
): Promise<HeldWindow[]> {
  const folder = windowFeedFolder(feed);
  const windows: HeldWindow[] = [];
  // `0` follows `/`: behind everything in the folder of the window before.
  for await (const row of data.list(folder, { startAfter: `${folder}${windowKey(start - HALF_HOUR)}0` })) {
    if ('prefix' in row) continue;
    const at = parseWindowKey(row.key.slice(folder.length, folder.length + KEY_LENGTH));
    if (at >= end) break;
    windows.push({ feed, start: at, key: row.key, etag: row.etag });
  }
  return windows;
}

const KEY_LENGTH = '2026-02-16/14-30'.length;

/** What a window holds now; nothing when it went away. */
export async function heldRows(data: ObjectStore, { feed, start, key }: HeldWindow): Promise<HeldRows[]> {
  const found = await readJson<{ readonly batches: readonly Held[] }>(data, key);
  return (found?.value.batches ?? []).map(({ name, expired = false }) => {
    const dot = name.lastIndexOf('.');
    return {
      key: rawBatchKey(feed, windowKey(start), name.slice(0, dot), Number(name.slice(dot + 1))),
      expired,
    };
  });
}

interface Held {
  /** `<object id>.<generation>`. */
  readonly name: string;
  readonly expired?: boolean;
}
