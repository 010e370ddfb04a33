import type { EventSink } from '@sgraph-backbone/layer/events';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { readUses } from './chunks.ts';
import type { TokenRecord } from './record.ts';

/** Events of one token in one go. */
const MOST = 512;

/** Tokens whose mark is remembered; those that were forgotten are emitted from their record's mark, again. */
const REMEMBERED = 10_000;

interface Token {
  through: number;
  /** Until its events are emitted. */
  latest: TokenRecord | undefined;
  running: boolean;
}

export interface OutboxOptions {
  readonly data: ObjectStore;
  readonly sink: EventSink;
  /** Told why events stay where they are until the next writer or the sweeper. */
  readonly failed: (error: unknown) => void;
}

/**
 * Emits the events of uses after their record was written. A death loses nothing: the record says through which use
 * events were emitted, and its next write carries the mark on, so that emitting costs no write of its own.
 */
export function createOutbox({ data, sink, failed }: OutboxOptions) {
  const tokens = new Map<string, Token>();
  const running = new Set<Promise<void>>();

  function note(record: TokenRecord): void {
    const name = record.token_name;
    const known = tokens.get(name);
    const token = known ?? { through: 0, latest: record, running: false };
    token.latest = record;
    token.through = Math.max(token.through, record.emitted);
    tokens.delete(name);
    tokens.set(name, token);
    if (!token.running) track(emit(token));
    if (known === undefined) forgetOldest();
  }

  async function emit(token: Token): Promise<void> {
    token.running = true;
    try {
      while (token.latest !== undefined && token.through < token.latest.usage_count) {
        const through = await emitUses(data, sink, token.latest, token.through);
        if (through === token.through) return;
        token.through = through;
      }
      token.latest = undefined;
    } catch (error) {
      failed(error);
    } finally {
      token.running = false;
    }
  }

  function track(work: Promise<void>): void {
    running.add(work);
    void work.finally(() => running.delete(work));
  }

  function forgetOldest(): void {
    for (const [name, token] of tokens) {
      if (tokens.size <= REMEMBERED) return;
      if (!token.running) tokens.delete(name);
    }
  }

  return {
    note,
    /** Hands an event on that no record keeps. */
    pass: (event: Parameters<EventSink['take']>[0][number]) =>
      track(sink.take([event]).then(() => undefined, failed)),
    through: (name: string) => tokens.get(name)?.through ?? 0,
    /** Resolves when nothing that was noted is under way. */
    settled: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

export type Outbox = ReturnType<typeof createOutbox>;

/** Emits uses after a number; answers the number of the last one before which all have been taken. */
export async function emitUses(
  data: ObjectStore,
  sink: EventSink,
  record: TokenRecord,
  after: number,
): Promise<number> {
  const uses = await readUses(data, record, after + 1, after + MOST);
  const refused = await sink.take(uses.map(({ event }) => event));
  return after + Math.min(uses.length, ...refused);
}
