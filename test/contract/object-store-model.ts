import { Conflict, type ObjectStore } from '@sgraph-backbone/layer/store';
import fc from 'fast-check';
import { byBytes, bytesOf, NASTY_KEYS, textOf } from './rows.ts';

/** Which condition a call names: none, the content that is there, or one that was there before. */
type Condition = 'none' | 'present' | 'stale' | 'absent';

/** A call of the contract, with its arguments drawn at random. */
export type Call =
  | { is: 'put'; key: string; text: string; condition: Condition; metadata?: Record<string, string> }
  | { is: 'delete'; key: string; condition: Condition }
  | { is: 'move'; key: string; to: string; condition: 'present' | 'stale'; metadata?: Record<string, string> }
  | { is: 'read'; key: string; start: number; end: number }
  | { is: 'list'; prefix: string; delimiter?: '/'; startAfter?: string; limit?: number };

interface Content {
  readonly text: string;
  readonly etag: string;
  readonly metadata?: Record<string, string>;
}

/** What a store has to be: the contents by key, and the ETags that a key had. */
export interface Model {
  readonly contents: Map<string, Content>;
  readonly past: Map<string, string>;
}

const key = fc.constantFrom(...NASTY_KEYS.filter((nasty) => nasty.length < 300));
const metadata = fc.option(fc.constantFrom<Record<string, string>>({}, { a: '1' }, { a: '2', b: 'x y' }), {
  nil: undefined,
});
const text = fc.constantFrom('', 'one', 'two', 'three and more');

/** Calls over few keys and contents, so that they meet; with listings that fold, or without. */
export function calls({ folding }: { readonly folding: boolean }): fc.Arbitrary<Call[]> {
  const call = fc.oneof(
    { weight: 4, arbitrary: putCall() },
    { weight: 2, arbitrary: deleteCall() },
    { weight: 2, arbitrary: moveCall() },
    { weight: 2, arbitrary: readCall() },
    { weight: 2, arbitrary: listCall(folding) },
  );
  return fc.array(call, { minLength: 1, maxLength: 40 });
}

/** Answers the call from the model and from the store; the two have to be equal. */
export async function answers(store: ObjectStore, model: Model, call: Call): Promise<[unknown, unknown]> {
  if (call.is === 'list') return [await listed(store, call), modelRows(model, call)];
  if (call.is === 'read') return [await read(store, call), modelRead(model, call)];
  const expected = expectedWrite(model, call);
  try {
    const etag = await write(store, model, call);
    remember(model, call, etag);
    return ['done', expected];
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return [`${error.reason} ${error.key}`, expected];
  }
}

function putCall(): fc.Arbitrary<Call> {
  const condition = fc.constantFrom<Condition>('none', 'none', 'present', 'stale', 'absent');
  return fc.record({ is: fc.constant('put' as const), key, text, condition, metadata });
}

function deleteCall(): fc.Arbitrary<Call> {
  const condition = fc.constantFrom<Condition>('none', 'present', 'stale');
  return fc.record({ is: fc.constant('delete' as const), key, condition });
}

function moveCall(): fc.Arbitrary<Call> {
  const condition = fc.constantFrom('present' as const, 'present' as const, 'stale' as const);
  return fc.record({ is: fc.constant('move' as const), key, to: key, condition, metadata });
}

function readCall(): fc.Arbitrary<Call> {
  const at = fc.integer({ min: -6, max: 16 });
  return fc.record({ is: fc.constant('read' as const), key, start: at, end: fc.nat(16) });
}

function listCall(folding: boolean): fc.Arbitrary<Call> {
  const is = fc.constant('list' as const);
  const prefix = fc.constantFrom('', '', 'a/', 'k/', 'a.json/', 'long/', '/', '../');
  const delimiter = fc.constantFrom(folding ? ('/' as const) : undefined, undefined);
  const startAfter = fc.option(key, { nil: undefined });
  return fc.record({ is, prefix, delimiter, startAfter, limit: fc.constantFrom(undefined, 1, 3) });
}

function ifMatch(model: Model, key: string, condition: Condition): { ifMatch?: string } {
  if (condition === 'present') return { ifMatch: model.contents.get(key)?.etag ?? 'never-written' };
  if (condition === 'stale') return { ifMatch: model.past.get(key) ?? 'never-written' };
  return {};
}

async function write(store: ObjectStore, model: Model, call: Exclude<Call, { is: 'list' | 'read' }>) {
  const match = ifMatch(model, call.key, call.condition);
  if (call.is === 'delete') return store.delete(call.key, match).then(() => '');
  const { metadata } = call;
  if (call.is === 'move') {
    return (await store.move(call.key, call.to, { ifMatch: match.ifMatch!, metadata })).etag;
  }
  const absent = call.condition === 'absent' ? { ifNoneMatch: '*' as const } : {};
  return (await store.put(call.key, bytesOf(call.text), { ...match, ...absent, metadata })).etag;
}

function expectedWrite(model: Model, call: Exclude<Call, { is: 'list' | 'read' }>): string {
  const there = model.contents.get(call.key);
  if (call.condition === 'absent') return there === undefined ? 'done' : `exists ${call.key}`;
  if (call.condition === 'none') return 'done';
  const { ifMatch: wanted } = ifMatch(model, call.key, call.condition);
  return there?.etag === wanted ? 'done' : `changed ${call.key}`;
}

function remember(model: Model, call: Exclude<Call, { is: 'list' | 'read' }>, etag: string): void {
  const there = model.contents.get(call.key);
  if (there !== undefined) model.past.set(call.key, there.etag);
  if (call.is === 'put') {
    model.contents.set(call.key, { text: call.text, etag, metadata: call.metadata });
    return;
  }
  model.contents.delete(call.key);
  if (call.is === 'move') {
    model.contents.set(call.to, { text: there!.text, etag, metadata: call.metadata ?? there!.metadata });
  }
}

async function read(store: ObjectStore, { key, start, end }: Extract<Call, { is: 'read' }>) {
  const found = await store.get(key, { range: { start, end } });
  if (found === undefined) return undefined;
  const { bytes, size, etag, metadata = {} } = found;
  return { text: textOf(bytes), size, etag, metadata };
}

function modelRead(model: Model, { key, start, end }: Extract<Call, { is: 'read' }>) {
  const there = model.contents.get(key);
  if (there === undefined) return undefined;
  const { text, etag, metadata = {} } = there;
  const from = start < 0 ? Math.max(0, text.length + start) : start;
  return { text: text.slice(from, Math.max(from, end)), size: text.length, etag, metadata };
}

async function listed(store: ObjectStore, { is: _, prefix, ...options }: Extract<Call, { is: 'list' }>) {
  const rows: string[] = [];
  for await (const row of store.list(prefix, options)) {
    rows.push('prefix' in row ? row.prefix : `${row.key} ${row.etag} ${row.size}`);
  }
  return rows;
}

function modelRows(model: Model, call: Extract<Call, { is: 'list' }>): string[] {
  const { prefix, delimiter, startAfter = '', limit } = call;
  const keys = [...model.contents.keys()].filter((key) => key.startsWith(prefix)).toSorted(byBytes);
  const rows = new Map(keys.map((key) => modelRow(model, key, delimiter && key.indexOf('/', prefix.length))));
  const after = [...rows].filter(([row]) => byBytes(row, startAfter) > 0).map(([, shown]) => shown);
  return after.slice(0, limit);
}

function modelRow(model: Model, key: string, cut: number | undefined): [string, string] {
  if (cut !== undefined && cut >= 0) return [key.slice(0, cut + 1), key.slice(0, cut + 1)];
  const { etag, text } = model.contents.get(key)!;
  return [key, `${key} ${etag} ${text.length}`];
}
