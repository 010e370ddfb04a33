import type { EventSink } from '@sgraph-backbone/layer/events';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { oldestYoung, readUses } from './chunks.ts';
import { NO_NUMBERS, type Range, type Ranges, through, union, without } from './ranges.ts';
import type { TokenRecord } from './record.ts';

/** Events of one token in one go. */
const MOST = 512;

/** For so long the events of a use are left to the process that accepted it, ms. */
export const OWNED_FOR = 10_000;

/** Tokens of which a process remembers what it has emitted; of others it may be emitted again. */
const REMEMBERED = 10_000;

/** Uses of one token, by number. */
interface Token {
  /** Emitted, while a record may still say that they are pending. */
  done: Ranges;
  /** On their way. */
  busy: Ranges;
  /** Not taken by the sink: to be tried again with the next write. */
  left: Ranges;
}

export interface OutboxOptions {
  readonly data: ObjectStore;
  readonly sink: EventSink;
  /** Epoch ms. */
  readonly now: () => number;
  /** Told why events stay where they are until the next writer or the sweeper. */
  readonly failed: (error: unknown) => void;
}

/** What the processes of a store have emitted, by store: the sweeper of the same process need not do it again. */
const emitted = new WeakMap<ObjectStore, Map<string, Token>>();

/** What this process has emitted of a token, although its record may say that it is pending. */
export function emittedHere(data: ObjectStore, name: string): Ranges {
  const token = emitted.get(data)?.get(name);
  return token === undefined ? NO_NUMBERS : union(token.done, token.busy);
}

/**
 * Emits the events of uses after their record was written. A death loses nothing: the record says which uses are
 * pending, and its next write takes those out that were emitted, so that emitting costs no write of its own.
 */
export function createOutbox({ data, sink, now, failed }: OutboxOptions) {
  const tokens = emitted.get(data) ?? new Map<string, Token>();
  emitted.set(data, tokens);
  const running = new Set<Promise<void>>();

  /** A record was written, with new uses, and without those that had been emitted. */
  function note(record: TokenRecord, added: Ranges, removed: Ranges): void {
    const name = record.token_name;
    const token = tokens.get(name) ?? { done: NO_NUMBERS, busy: NO_NUMBERS, left: NO_NUMBERS };
    tokens.delete(name);
    tokens.set(name, token);
    token.done = without(token.done, removed);
    const others = without(record.pending, union(token.done, token.busy));
    const old = through(others, oldestYoung(record, now() - OWNED_FOR) - 1);
    const ranges = union(union(without(added, token.busy), token.left), old);
    token.left = NO_NUMBERS;
    if (ranges.length > 0) track(emit(token, record, ranges));
    forgetOldest();
  }

  async function emit(token: Token, record: TokenRecord, ranges: Ranges): Promise<void> {
    token.busy = union(token.busy, ranges);
    let taken = NO_NUMBERS;
    try {
      taken = await emitUses(data, sink, record, ranges);
    } catch (error) {
      failed(error);
    }
    token.busy = without(token.busy, ranges);
    token.done = union(token.done, taken);
    token.left = union(token.left, without(ranges, taken));
  }

  function track(work: Promise<void>): void {
    running.add(work);
    void work.finally(() => running.delete(work));
  }

  function forgetOldest(): void {
    for (const [name, { busy }] of tokens) {
      if (tokens.size <= REMEMBERED) return;
      if (busy.length === 0) tokens.delete(name);
    }
  }

  return {
    note,
    /** Hands an event on that no record keeps. */
    pass: (event: Parameters<EventSink['take']>[0][number]) =>
      track(sink.take([event]).then(() => undefined, failed)),
    /** Uses that have been emitted, to be taken out of what is pending. */
    done: (name: string) => tokens.get(name)?.done ?? NO_NUMBERS,
    /** Resolves when nothing that was noted is under way. */
    settled: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

export type Outbox = ReturnType<typeof createOutbox>;

/** Emits uses; answers which were taken. */
export async function emitUses(
  data: ObjectStore,
  sink: EventSink,
  record: TokenRecord,
  ranges: Ranges,
): Promise<Ranges> {
  let taken = NO_NUMBERS;
  for (const [first, last] of ranges)
    for (let from = first; from <= last; from += MOST) {
      const uses = await readUses(data, record, from, Math.min(last, from + MOST - 1));
      const refused = await sink.take(uses.map(({ event }) => event));
      const all: Range = [from, from + uses.length - 1];
      taken = union(
        taken,
        without(
          [all],
          refused.map((index): Range => [from + index, from + index]),
        ),
      );
    }
  return taken;
}
