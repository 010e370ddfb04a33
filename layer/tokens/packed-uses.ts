import type { Client } from '@sgraph-backbone/layer/logs';
import { ACTIONS, type KeptUse } from './record.ts';

/**
 * Uses as a record keeps them: what repeats is there once. A record is read and written with each use, and what that
 * costs goes by its bytes; spelt out, they would be four times as many.
 */
export interface PackedUses {
  readonly clients: readonly Client[];
  /** Ids of days' keys. */
  readonly keys: readonly string[];
  /**
   * Timestamp, action, client, key and hash of visitor and of transfer, country, and what else there is as JSON,
   * between commas. What is absent is empty; texts are read and written faster than lists.
   */
  readonly rows: readonly string[];
}

export const NO_USES: PackedUses = { clients: [], keys: [], rows: [] };

/** With one more. */
export function withPacked(packed: PackedUses, use: KeptUse): PackedUses {
  const { timestamp, action, client, visitor, transfer, country = '', ...others } = use;
  const [clients, clientAt] = including(packed.clients, client, isSameClient);
  const [first, visitorKey] = including(packed.keys, visitor?.key_id, Object.is);
  const [keys, transferKey] = including(first, transfer?.key_id, Object.is);
  const hashes = [visitorKey, visitor?.hash ?? '', transferKey, transfer?.hash ?? ''];
  const row = [timestamp, ACTIONS.indexOf(action), clientAt, ...hashes, country, unusual(others)].join(',');
  return { clients, keys, rows: [...packed.rows, row.replace(/,+$/, '')] };
}

export function packUses(uses: readonly KeptUse[]): PackedUses {
  return uses.reduce(withPacked, NO_USES);
}

/** Uses from one place to before another. Members that were absent are absent. */
export function unpackUses({ clients, keys, rows }: PackedUses, from = 0, to = rows.length): KeptUse[] {
  return rows.slice(from, to).map((row) => {
    const [timestamp, action, client, visitorKey, visitor, transferKey, transfer, country, ...rest] =
      row.split(',');
    return {
      ...USUAL,
      timestamp: Number(timestamp),
      action: ACTIONS[Number(action)]!,
      ...(client && { client: clients[Number(client)]! }),
      ...(visitorKey && { visitor: { key_id: keys[Number(visitorKey)]!, hash: visitor! } }),
      ...(transferKey && { transfer: { key_id: keys[Number(transferKey)]!, hash: transfer! } }),
      ...(country && { country }),
      ...(rest.length > 0 && (JSON.parse(rest.join(',')) as Partial<KeptUse>)),
    };
  });
}

/** Of a row, without unpacking it. */
export function timestampIn(row: string): number {
  return Number.parseInt(row, 10);
}

const USUAL = { app: 'main', source: 'application', class: 'human' } as const;

function unusual(others: Omit<KeptUse, 'timestamp' | 'action'>): string {
  const usual: Readonly<Record<string, unknown>> = USUAL;
  const left = Object.entries(others).filter(([name, value]) => value !== undefined && usual[name] !== value);
  return left.length === 0 ? '' : JSON.stringify(Object.fromEntries(left));
}

/** A table with a value in it, and where it is; '' for none. */
function including<T>(
  known: readonly T[],
  one: T | undefined,
  isSame: (a: T, b: T) => boolean,
): [readonly T[], number | ''] {
  if (one === undefined) return [known, ''];
  const at = known.findIndex((other) => isSame(other, one));
  return at >= 0 ? [known, at] : [[...known, one], known.length];
}

function isSameClient(a: Client, b: Client): boolean {
  return (
    a.browser === b.browser &&
    a.browser_version === b.browser_version &&
    a.operating_system === b.operating_system &&
    a.device === b.device &&
    a.agent === b.agent
  );
}
