import { Conflict, type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';
import { isFull, sealChunk, withoutSealed } from './chunks.ts';
import { TokenBusy } from './errors.ts';
import { recordKey } from './place.ts';
import { type Ranges, union, without } from './ranges.ts';
import type { TokenRecord } from './record.ts';

/** What a change makes of a record (undefined: there is none); without a record in it nothing is written. */
export interface Changed<T> {
  readonly record?: TokenRecord;
  readonly answer: T;
}

/** May run several times and must not keep state. What it throws refuses this change alone. */
export type Change<T> = (record: TokenRecord | undefined) => Changed<T>;

export interface CommitOptions {
  /** Epoch ms. */
  readonly now: () => number;
  /** Milliseconds. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** Lets those join who come at the same moment. @default a turn of the event loop */
  readonly gather?: () => Promise<void>;
  /** From 0 to 1; spreads writers that lost together. */
  readonly random?: () => number;
  /** Uses of a token whose events have been emitted by this process. */
  readonly done: (name: string) => Ranges;
  /** Told of every record that was written, its new uses, and those that are no longer pending in it. */
  readonly written: (record: TokenRecord, added: Ranges, removed: Ranges) => void;
}

/** For so long a change is tried, ms. */
const PATIENCE = 2_000;

/** Changes in one write: a tail never holds much more than two chunks. */
const MOST = 256;

interface Waiting {
  readonly change: Change<unknown>;
  readonly since: number;
  tried: boolean;
  resolve(answer: unknown): void;
  reject(reason: unknown): void;
}

/** A change and what came of it, before it is written. */
type Outcome = { readonly waiting: Waiting } & ({ readonly answer: unknown } | { readonly refused: unknown });

/**
 * Changes of records, so that none is lost. Those of one token that come while another is being written are written
 * together, in one go after it. Throws TokenBusy for a change that had no turn in time; nothing of it was written.
 */
export function createCommits(data: ObjectStore, options: CommitOptions) {
  const { now, sleep = wait, gather = turn, random = Math.random, done, written } = options;
  const lines = new Map<string, Waiting[]>();

  function change<T>(name: string, change: Change<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiting = { change, since: now(), tried: false, resolve: resolve as Waiting['resolve'], reject };
      const line = lines.get(name);
      if (line !== undefined) return void line.push(waiting);
      lines.set(name, [waiting]);
      void work(name, lines.get(name)!);
    });
  }

  async function work(name: string, line: Waiting[]): Promise<void> {
    for (let lost = 0; line.length > 0; ) {
      // Where a store answers at once, the first of many requests would be written alone, and all others wait for it.
      await gather();
      const isLost = await attempt(name, line);
      lost = isLost ? lost + 1 : 0;
      if (isLost) await sleep(random() * Math.min(150, 4 * 2 ** lost));
      dismissLate(name, line);
    }
    lines.delete(name);
  }

  function dismissLate(name: string, line: Waiting[]): void {
    const late = line.filter(({ tried, since }) => tried && now() - since >= PATIENCE);
    for (const waiting of late) {
      line.splice(line.indexOf(waiting), 1);
      waiting.reject(new TokenBusy(name));
    }
  }

  /** One reading, one writing for all who wait by then. Answers whether another writer was faster. */
  async function attempt(name: string, line: Waiting[]): Promise<boolean> {
    let batch: Waiting[] = [];
    try {
      const found = await readJson<TokenRecord>(data, recordKey(name));
      batch = line.splice(0, MOST);
      const { outcomes, record } = folded(found?.value, batch);
      if (record !== undefined && record !== found?.value) await write(found!, record);
      settle(outcomes);
      return false;
    } catch (error) {
      if (batch.length === 0) batch = line.splice(0, MOST);
      if (!(error instanceof Conflict)) {
        for (const { reject } of batch) reject(error);
        return false;
      }
      for (const waiting of batch) waiting.tried = true;
      line.unshift(...batch);
      return true;
    }
  }

  async function write(found: { value: TokenRecord; etag: string }, changed: TokenRecord): Promise<void> {
    const full = isFull(found.value);
    if (full) await sealChunk(data, found.value);
    const lighter = full ? withoutSealed(changed) : changed;
    const removed = done(changed.token_name);
    const { usage_count } = found.value;
    const added: Ranges = changed.usage_count > usage_count ? [[usage_count + 1, changed.usage_count]] : [];
    const record = { ...lighter, pending: union(without(changed.pending, removed), added) };
    await writeJson(data, recordKey(record.token_name), record, { ifMatch: found.etag });
    written(record, added, removed);
  }

  return { change };
}

export type Commits = ReturnType<typeof createCommits>;

function folded(stored: TokenRecord | undefined, batch: readonly Waiting[]) {
  let record = stored;
  const outcomes = batch.map((waiting): Outcome => {
    try {
      const changed = waiting.change(record);
      record = changed.record ?? record;
      return { waiting, answer: changed.answer };
    } catch (refused) {
      return { waiting, refused };
    }
  });
  return { outcomes, record };
}

function settle(outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) {
    if ('refused' in outcome) outcome.waiting.reject(outcome.refused);
    else outcome.waiting.resolve(outcome.answer);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
