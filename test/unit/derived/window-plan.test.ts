import { describe, expect, test } from '@jest/globals';
import { type HeldBatch, planWindow, WindowUnmergeable } from '@sgraph-backbone/layer/derived';
import type { BatchName, LedgerEntry } from '@sgraph-backbone/layer/ledger';

const WINDOW = { feed: 'standard.E2EXAMPLE', window: '2026-02-16/14-30' };

const held = (name: string, expired?: true): HeldBatch => ({
  name,
  content_hash: name,
  ...(expired ? { expired } : {}),
});

function listed(name: string): BatchName {
  const [object_id, generation] = name.split('.') as [string, string];
  return { name, object_id, generation: Number(generation), key: name, size: 1, written: 0 };
}

/** A ledger in which these batches count, and these objects are removed. */
function ledger(active: readonly string[], removed: readonly string[] = []) {
  return async (objectId: string): Promise<LedgerEntry | undefined> => {
    const name = active.find((batch) => batch.startsWith(`${objectId}.`));
    if (name === undefined && !removed.includes(objectId)) return undefined;
    const generation = Number(name?.split('.')[1] ?? 1);
    const state = name === undefined ? 'removed' : 'active';
    return {
      object_id: objectId,
      state,
      generation,
      last: generation,
      windows: [WINDOW],
    } as unknown as LedgerEntry;
  };
}

describe('what a window has to do', () => {
  test('adds listed batches that the ledger counts, and no others', async () => {
    const plan = await planWindow({
      window: WINDOW,
      held: [held('a.1')],
      listed: [listed('a.1'), listed('b.1'), listed('c.2'), listed('d.1')],
      entryOf: ledger(['a.1', 'b.1', 'c.1'], ['d']),
    });
    expect(plan).toMatchObject({ kind: 'extend', add: [{ name: 'b.1' }] });
  });

  test('leaves out a batch of a window that its object does not have', async () => {
    const other = { ...WINDOW, feed: 'standard.E2OTHER' };
    const input = { window: other, held: [], listed: [listed('a.1')], entryOf: ledger(['a.1']) };
    expect(await planWindow(input)).toMatchObject({ kind: 'extend', add: [] });
  });

  test('keeps what has expired, and remembers it', async () => {
    const input = { window: WINDOW, held: [held('a.1')], listed: [], entryOf: ledger(['a.1']) };
    expect(await planWindow(input)).toEqual({ kind: 'extend', add: [], expired: new Set(['a.1']) });
  });

  test('is merged anew when an object was removed, or counts in another generation', async () => {
    const removed = {
      window: WINDOW,
      held: [held('a.1'), held('b.1')],
      listed: [listed('b.1')],
      entryOf: ledger(['b.1'], ['a']),
    };
    expect(await planWindow(removed)).toMatchObject({
      kind: 'anew',
      batches: [{ name: 'b.1' }],
      reason: 'forget',
    });
    const replaced = { ...removed, listed: [listed('a.2'), listed('b.1')], entryOf: ledger(['a.2', 'b.1']) };
    expect(await planWindow(replaced)).toMatchObject({
      kind: 'anew',
      batches: [{ name: 'a.2' }, { name: 'b.1' }],
      reason: 'rules',
    });
  });

  test('never holds two generations of one object, even while the old one is still listed', async () => {
    const plan = await planWindow({
      window: WINDOW,
      held: [held('a.1')],
      listed: [listed('a.1'), listed('a.2')],
      entryOf: ledger(['a.2']),
    });
    expect(plan).toMatchObject({ kind: 'anew', batches: [{ name: 'a.2' }] });
  });

  test('is refused when one batch no longer counts and another one has expired', async () => {
    const input = {
      window: WINDOW,
      held: [held('a.1'), held('b.1', true)],
      listed: [],
      entryOf: ledger(['b.1'], ['a']),
    };
    await expect(planWindow(input)).rejects.toThrow(WindowUnmergeable);
  });
});
