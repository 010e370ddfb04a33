import { eventHash, readBatchRows } from '@sgraph-backbone/layer/batches';
import { CLASSES, type Class, type EventBlock } from '@sgraph-backbone/layer/logs';

/** What may be shown of an event: nothing that is the same for two events of one visitor alone. */
export interface RecentEvent {
  /** Epoch ms. */
  readonly timestamp: number;
  /** Null: a line of a log. */
  readonly event_type: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly status_code: number | null;
  readonly country: string | null;
  readonly browser: string | null;
  readonly class: Class;
}

/** An event, and by what it is known when it was recorded twice: see `eventHash`; undefined: it has no id. */
export interface NewestRow {
  readonly event: RecentEvent;
  readonly hash: number | undefined;
}

/** Events that a pulse shows. */
export const MOST_RECENT = 10;

/** The newest rows of a batch of each class, the newest first. */
export function newestRows(bytes: Uint8Array, place: string): readonly NewestRow[] {
  const block = readBatchRows(bytes, place);
  const rows = Array.from({ length: block.length }, (_, row) => row);
  rows.sort((a, b) => block.timestamp[b]! - block.timestamp[a]! || b - a);
  const left = CLASSES.map(() => MOST_RECENT);
  return rows
    .filter((row) => left[block.class[row]!]!-- > 0)
    .map((row) => {
      const id = block.dictionaries.event_id.values[block.event_id[row]!];
      return { event: eventAt(block, row), hash: id ? eventHash(id) : undefined };
    });
}

function eventAt(block: EventBlock, row: number): RecentEvent {
  const { event_type, cs_method, cs_uri_stem, c_country, clients } = block.dictionaries;
  const status = block.sc_status[row]!;
  return {
    timestamp: block.timestamp[row]!,
    event_type: event_type.values[block.event_type[row]!] || null,
    method: cs_method.values[block.cs_method[row]!] || null,
    path: cs_uri_stem.values[block.cs_uri_stem[row]!] || null,
    status_code: status < 0 ? null : status,
    country: c_country.values[block.c_country[row]!] || null,
    browser: clients[block.client[row]!]?.browser || null,
    class: CLASSES[block.class[row]!]!,
  };
}
