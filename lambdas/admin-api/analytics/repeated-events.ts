import { eventHash, type MinutePart, openBatchRows } from '@sgraph-backbone/layer/batches';
import { CLASSES, type Class } from '@sgraph-backbone/layer/logs';

/** A row of a batch, as far as it is asked whether it counts. */
export interface CountedRow {
  /** The first moment of its minute, epoch ms. */
  readonly minute: number;
  readonly class: Class;
  readonly request: boolean;
  /** See `eventHash`. */
  readonly hash: number;
}

const MINUTE = 60_000;

/** The rows of a batch of an application. */
export function countedRows(bytes: Uint8Array, place: string): readonly CountedRow[] {
  const block = openBatchRows(bytes, place).read(new Set(['timestamp', 'class', 'cs_method', 'event_id']));
  const { values } = block.dictionaries.event_id;
  return Array.from({ length: block.length }, (_, row) => ({
    minute: block.timestamp[row]! - (block.timestamp[row]! % MINUTE),
    class: CLASSES[block.class[row]!]!,
    request: block.cs_method[row] !== 0,
    hash: eventHash(values[block.event_id[row]!]!),
  }));
}

/**
 * The minutes of a batch without the rows that are counted already. Visitors and transfers stay: a repeated event has
 * the same ones, and a set does not grow by them.
 */
export function withoutRepeats(
  minutes: readonly MinutePart[],
  rows: readonly CountedRow[],
  isRepeated: (hash: number) => boolean,
): MinutePart[] {
  const repeated = rows.filter(({ hash }) => isRepeated(hash));
  return minutes.map((part) => {
    const own = repeated.filter(({ minute }) => minute === part.minute);
    if (own.length === 0) return part;
    const classes = Object.entries(part.classes).map(([name, counts]) => {
      const left = own.filter((row) => row.class === name);
      const requests = (counts.requests ?? 0) - left.filter(({ request }) => request).length;
      return [name, { ...counts, events: counts.events - left.length, requests }];
    });
    return { ...part, classes: Object.fromEntries(classes) };
  });
}
