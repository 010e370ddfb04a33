import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { type AuditEntry, beginAudit, readAudit, readAuditPage } from '@sgraph-backbone/layer/ledger';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import fc from 'fast-check';
import { aroundObjectStore, recording } from '../../stores/index.ts';

const AT = Date.parse('2026-02-16T14:30:00.001Z');
const ENTRY = { at: AT, actor: 'admin', action: 'settings', detail: { members: ['timezone'] } };

const writeAudit = async (data: ObjectStore, entry: AuditEntry) => (await beginAudit(data, entry)).done();

describe('audit', () => {
  test('keeps entries by day, the oldest first', async () => {
    const data = memoryObjectStore();
    const later = { ...ENTRY, at: AT + 1, action: 'forget', detail: { object_id: 'ab' } };
    await writeAudit(data, later);
    await writeAudit(data, ENTRY);
    await writeAudit(data, { ...ENTRY, at: AT + 86_400_000 });
    expect(await readAudit(data, '2026-02-16')).toEqual([ENTRY, later]);
    expect(await readAudit(data, '2026-02-17')).toHaveLength(1);
  });

  test('keeps different entries of one instant, and the same entry once', async () => {
    const data = memoryObjectStore();
    await writeAudit(data, ENTRY);
    await writeAudit(data, { ...ENTRY, actor: 'command line' });
    await writeAudit(data, ENTRY);
    expect(await readAudit(data, '2026-02-16')).toHaveLength(2);
  });

  test('says what is unfinished until it is done, and then what came of it', async () => {
    const data = memoryObjectStore();
    const audit = await beginAudit(data, ENTRY);
    expect(await readAudit(data, '2026-02-16')).toEqual([{ ...ENTRY, unfinished: true }]);
    await audit.done({ objects: 2 });
    expect(await readAudit(data, '2026-02-16')).toEqual([
      { ...ENTRY, detail: { members: ['timezone'], objects: 2 } },
    ]);
  });

  test('says that nothing was done by the one of two alike that was slower, unless the other one did it', async () => {
    const data = memoryObjectStore();
    const [one, other] = [await beginAudit(data, ENTRY), await beginAudit(data, ENTRY)];
    await other.nothingDone();
    expect(await readAudit(data, '2026-02-16')).toEqual([{ ...ENTRY, unfinished: true }]);
    await other.done();
    await one.nothingDone();
    expect(await readAudit(data, '2026-02-16')).toEqual([ENTRY]);
    const alone = await beginAudit(data, { ...ENTRY, at: AT + 1 });
    await alone.nothingDone();
    expect(await readAudit(data, '2026-02-16')).toEqual([
      ENTRY,
      { ...ENTRY, at: AT + 1, nothing_done: true },
    ]);
  });

  test('lies in a namespace of its own, under its kind, the newest first', async () => {
    const data = memoryObjectStore();
    for (const [later, action] of ['keys.create', 'keys.rotate', 'settings'].entries())
      await (await beginAudit(data, { ...ENTRY, at: AT + later, action })).done();
    const keys = [];
    for await (const row of data.list('bb-audit/')) keys.push('prefix' in row ? row.prefix : row.key);
    const named = (kind: string, at: number) =>
      expect.stringMatching(
        new RegExp(`^bb-audit/data/key-based/${kind}/${9_999_999_999_999 - at}-[0-9a-f]{16}\\.json$`),
      );
    expect(keys).toEqual([named('keys', AT + 1), named('keys', AT), named('settings', AT + 2)]);
  });

  test('is paged the newest first, each entry once, also by kind', async () => {
    const at = fc.integer({ min: AT, max: AT + 20 });
    const action = fc.constantFrom('settings', 'keys.create', 'keys.delete', 'tokens.revoke', 'forget');
    const entries = fc.uniqueArray(fc.record({ at, action }), {
      maxLength: 30,
      selector: (entry) => `${entry.at} ${entry.action}`,
    });
    const kinds = fc.constantFrom(undefined, 'keys', 'settings', 'import');
    await fc.assert(
      fc.asyncProperty(entries, kinds, fc.integer({ min: 1, max: 7 }), async (given, kind, limit) => {
        const data = memoryObjectStore();
        for (const one of given) await (await beginAudit(data, { ...ENTRY, ...one })).done();
        const read: AuditEntry[] = [];
        let page = await readAuditPage(data, { kind, limit });
        read.push(...page.entries);
        while (page.next !== undefined) {
          page = await readAuditPage(data, { kind, limit, after: page.next });
          expect(page.entries.length).toBeGreaterThan(0);
          read.push(...page.entries);
        }
        const wanted = given.filter((one) => kind === undefined || one.action.split('.')[0] === kind);
        const names = (list: readonly { at: number; action: string }[]) =>
          list.map((one) => `${one.at} ${one.action}`);
        expect(names(read).sort()).toEqual(names(wanted).sort());
        expect(read.map((one) => one.at)).toEqual(wanted.map((one) => one.at).sort((a, b) => b - a));
      }),
      { numRuns: 60 },
    );
  });

  test('a page costs the same with a thousand entries as with ten', async () => {
    const costOf = async (entries: number) => {
      const data = memoryObjectStore();
      for (let index = 0; index < entries; index++)
        await (await beginAudit(data, { ...ENTRY, at: AT + index })).done();
      const { around, calls } = recording();
      await readAuditPage(aroundObjectStore(data, around), { limit: 5 });
      return calls.map(({ method }) => method);
    };
    expect(await costOf(1_000)).toEqual(await costOf(10));
  });
});
